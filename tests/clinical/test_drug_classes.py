"""The DWC's own class of a drug, by generic name and by brand, from general pharmacology.

`Other` is right only where none of the state's classes fits; the last row holds such drugs.
"""

import pytest
from corpus import normalized

from imr_extract.clinical.vocabulary import drugs
from imr_extract.extract import services
from imr_extract.text.document import Found
from imr_extract.text.sentences import words

CLASSES = {
    "Adrenal Cortical Steroids": (
        "prednisone; Medrol dose pack; methylprednisolone; dexamethasone; Decadron; Kenalog;"
        " hydrocortisone; betamethasone; Celestone; Flonase"
    ),
    "Alpha-blocker": "prazosin; Minipress; tamsulosin; Flomax; doxazosin; terazosin; alfuzosin",
    "Androgens & Anabolic Steroids": (
        "AndroGel; testosterone cypionate; Axiron; Testim; oxandrolone; methyltestosterone"
    ),
    "Antianxiety": "buspirone; BuSpar; meprobamate",
    "Anti-coagulant": (
        "Xarelto; rivaroxaban; Eliquis; warfarin; Coumadin; Lovenox; enoxaparin; Pradaxa;"
        " heparin; Arixtra; Plavix; clopidogrel"
    ),
    "Antidepressant": (
        "Cymbalta; duloxetine; sertraline; Zoloft; Lexapro; Elavil; amitriptyline; trazodone;"
        " Wellbutrin; Effexor; Pamelor; Remeron; Viibryd; Trintellix; Pristiq"
    ),
    "Antidiabetics": (
        "metformin; Glucophage; insulin; Lantus; Januvia; glipizide; Ozempic; Victoza; Jardiance;"
        " Janumet; pioglitazone"
    ),
    "Antiemetic": "Zofran; ondansetron; promethazine; Phenergan; Reglan; meclizine",
    "Anti-epilepsy drugs": (
        "gabapentin; Neurontin; Lyrica; pregabalin; Topamax; topiramate; Keppra; Gralise; Horizant;"
        " Lamictal; Depakote; Tegretol; Trileptal"
    ),
    "Antihistamine": "hydroxyzine; Vistaril; Benadryl; Zyrtec; Claritin; Allegra; diphenhydramine",
    "Antihypertensive": (
        "lisinopril; losartan; benazepril; hydrochlorothiazide; clonidine; Diovan; furosemide;"
        " Entresto; Lotrel; spironolactone"
    ),
    "Anti-infectives": (
        "Keflex; cephalexin; amoxicillin; Augmentin; Bactrim; Levaquin; Cipro; doxycycline;"
        " acyclovir; fluconazole; Bactroban; Truvada; clindamycin"
    ),
    "Antimigraine Agent": (
        "Imitrex; sumatriptan; Maxalt; rizatriptan; Zomig; Relpax; Frova; Aimovig; Ajovy; Emgality;"
        " Nurtec; Ubrelvy; Cafergot; Treximet; dihydroergotamine; Reyvow"
    ),
    "Asthma Medications": (
        "albuterol; ProAir; Ventolin; Singulair; montelukast; Advair; Symbicort; Spiriva; Flovent;"
        " Pulmicort; Qvar; Combivent; Dulera; theophylline; Xolair; Breo"
    ),
    "Atypical Antipsychotic": (
        "Seroquel; quetiapine; Abilify; aripiprazole; Risperdal; Zyprexa; Geodon; Latuda; Rexulti;"
        " clozapine; Vraylar; Invega"
    ),
    "Barbiturates": "phenobarbital; secobarbital; butabarbital; pentobarbital; butalbital",
    "Benzodiazepine": "Xanax; alprazolam; Valium; Ativan; Klonopin; Restoril; temazepam; Halcion",
    "Beta-blocker": (
        "metoprolol; Lopressor; propranolol; Inderal; atenolol; Tenormin; carvedilol; Coreg;"
        " Bystolic; bisoprolol; labetalol"
    ),
    "Bisphosphonates": "Fosamax; alendronate; Actonel; Boniva; Reclast; zoledronic acid",
    "Calcium Channel Blocker": (
        "amlodipine; Norvasc; nifedipine; Procardia; verapamil; Calan; diltiazem; Cardizem"
    ),
    "Cannabinoids": "Marinol; dronabinol; medical marijuana; CBD oil; nabilone",
    "Dopamine agonists": (
        "Requip; ropinirole; Mirapex; pramipexole; Neupro; Sinemet; bromocriptine; amantadine"
    ),
    "Fibric Acid": "fenofibrate; Tricor; gemfibrozil; Lopid; Trilipix",
    "GI Agents": (
        "Colace; docusate; senna; Senokot-S; Amitiza; lubiprostone; MiraLAX; Linzess; lactulose;"
        " Movantik; Relistor; Carafate; sucralfate; Bentyl; dicyclomine; Imodium; bisacodyl;"
        " Dulcolax; Metamucil; Gaviscon; misoprostol; Librax; Milk of Magnesia; simethicone"
    ),
    "H2 Blocker": "Pepcid; famotidine; Zantac; ranitidine; Tagamet",
    "Hormones": (
        "levothyroxine; Synthroid; estradiol; Premarin; Provera; Forteo; Armour Thyroid;"
        " Cytomel; somatropin; Miacalcin; DHEA"
    ),
    "Impotence Agents": (
        "Viagra; sildenafil; Cialis; tadalafil; Levitra; Stendra; Caverject; Trimix"
    ),
    "Misc Analgesics": (
        "Tylenol; acetaminophen; Excedrin; Ofirmev; Prialt; Fioricet; Esgic; Fiorinal; Bupap"
    ),
    "Muscle Relaxant": (
        "Flexeril; cyclobenzaprine; Soma; carisoprodol; Zanaflex; tizanidine; baclofen; Robaxin;"
        " Skelaxin; Norflex; orphenadrine; Lorzone; Amrix; Fexmid; dantrolene"
    ),
    "NSAID": (
        "ibuprofen; Motrin; naproxen; Anaprox; Naprosyn; Celebrex; Mobic; Relafen; diclofenac;"
        " Voltaren XR; etodolac; Lodine; Toradol; Duexis; Vimovo; Daypro; nabumetone; Zorvolex;"
        " aspirin; indomethacin; ketoprofen"
    ),
    "Nutritional Products": (
        "Theramine; Sentra PM; Trepadone; glucosamine; vitamin D3; folic acid; Gabadone; Medical"
        " food; fish oil"
    ),
    "Opioids": (
        "Norco; hydrocodone; OxyContin; Percocet; tramadol; Ultram; Ultracet; Nucynta; Opana;"
        " MS Contin; Butrans; Suboxone; fentanyl patch; Dilaudid; methadone; Tylenol #3; Exalgo;"
        " Kadian; Hysingla; Belbuca; Zohydro; Vicodin; Fioricet with codeine"
    ),
    "Opioid Antagonist": "Narcan; naloxone; naltrexone; Vivitrol; Revia; Evzio",
    "Proton Pump Inhibitors": (
        "omeprazole; Prilosec; Protonix; pantoprazole; Nexium; Prevacid; Dexilant; Aciphex"
    ),
    "Sedative-hypnotics": (
        "Ambien; zolpidem; Lunesta; eszopiclone; Sonata; Rozerem; Belsomra; Silenor; melatonin;"
        " Xyrem"
    ),
    "Statin": (
        "atorvastatin; Lipitor; Crestor; simvastatin; Zocor; pravastatin; lovastatin; Livalo;"
        " Vytorin"
    ),
    "Stimulants": (
        "Provigil; modafinil; Nuvigil; Adderall; Ritalin; Concerta; Vyvanse; methylphenidate;"
        " phentermine"
    ),
    "Topical Analgesics": (
        "Lidoderm patch; Voltaren gel; Terocin patch; Flector patch; Pennsaid; Medrox; Biofreeze;"
        " LidoPro; Dendracin; Menthoderm; capsaicin cream; Bengay; Salonpas; Qutenza; Icy Hot"
    ),
    "Topical Compounds": (
        "Flurbiprofen 20% cream; gabapentin 10%/amitriptyline 10% cream; compounded ketamine cream;"
        " Cyclobenzaprine 5% gel; compound cream; nifedipine 2% compounded ointment"
    ),
    "TNF modifiers": "Humira; adalimumab; Enbrel; Remicade; Simponi; Cimzia",
    "Viscosupplementation": (
        "Synvisc; Synvisc-One; Orthovisc; Supartz; Euflexxa; Hyalgan; Monovisc; hyaluronic acid"
    ),
    "Other": (
        "allopurinol; colchicine; ketamine; haloperidol; lithium; Chantix; nicotine patch;"
        " cyclosporine; Restasis; methotrexate; Strattera; Proscar; oxybutynin; Zetia"
    ),
}  # fmt: skip


def subcategory(heading: str) -> object:
    """The subcategory of a heading that asks for nothing but the drug."""
    text = normalized(heading)
    found = services.extract(text, 0, len(text.text), "issue")
    values = {each.field: each.value for each in found if isinstance(each, Found)}
    return values.get("issue.subcategory")


def test_each_class_of_the_state_has_drugs() -> None:
    assert set(drugs.drug_names().classes) == set(CLASSES)


@pytest.mark.parametrize("drug_class", CLASSES)
def test_drugs_have_their_class(drug_class: str) -> None:
    names = CLASSES[drug_class].split("; ")
    assert {name: subcategory(name) for name in names} == dict.fromkeys(names, drug_class)


def test_each_name_is_found_as_a_drug_in_prose() -> None:
    named = [n for d, names in CLASSES.items() if "Topical C" not in d for n in names.split("; ")]
    unknown = [n for n in named if not drugs.find_all(words(n, 0, len(n)))]
    assert unknown == []
