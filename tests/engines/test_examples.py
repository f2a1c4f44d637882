"""The examples of the page on clusters: files of the right form, and a command that exists."""

import re
import shlex
from typing import Any

import pytest
from commands import Spawn
from corpus import ROOT

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: make test-cluster installs it")

PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")


def example(mark: str) -> Any:
    (block,) = re.findall(rf"<!-- {mark} -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    return yaml.safe_load(block)


def test_the_job_of_kubernetes_runs_a_command_that_is_understood(command: Spawn) -> None:
    """It comes as far as the store, which is not there."""
    spec = example("kuberay")["spec"]
    *shell, script = shlex.split(spec["entrypoint"])
    assert ["bash", "-c"] == shell
    ours, _, then = script.partition(" || ")
    assert "test $? -eq 1" == then
    program, *arguments = shlex.split(ours)
    assert "imr-extract" == program
    arguments[arguments.index("ray")] = "local"
    gone = [each.replace("s3://bucket", "/nowhere/bucket") for each in arguments]
    done = command(*gone, "--limit", "0")
    assert 3 == done.returncode, done.stderr
    cluster = spec["rayClusterSpec"]
    workers = [*cluster["workerGroupSpecs"], cluster["headGroupSpec"]]
    images = {
        container["image"]
        for group in workers
        for container in group["template"]["spec"]["containers"]
    }
    (image,) = images
    assert f"AS {image.rpartition(':')[2]}\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_file_of_the_autoscaler_is_one_to_ray() -> None:
    pytest.importorskip("ray", reason="Ray is not installed: make test-cluster installs it")
    import json
    from pathlib import Path

    import ray
    from jsonschema import validate

    schema = Path(ray.__file__).parent / "autoscaler" / "ray-schema.json"
    found = example("autoscaler")
    validate(found, json.loads(schema.read_bytes()))
    assert found["head_node_type"] in found["available_node_types"]
