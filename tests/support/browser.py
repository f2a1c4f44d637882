"""A headless Chromium for tests, driven over WebDriver with nothing but the standard library."""

import base64
import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key that the WebDriver standard gives it

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing() -> str | None:
    """Why there is no browser to test with; None where there is one."""
    if not any(shutil.which(name) for name in BROWSERS):
        return f"no browser: none of {', '.join(BROWSERS)} is installed"
    return None if shutil.which("chromedriver") else "no chromedriver is installed"


class Browser:
    """A session with one page."""

    def __init__(self, address: str, profile: Path, *, dark: bool = False) -> None:
        self._address = address
        binary = next(path for name in BROWSERS if (path := shutil.which(name)))
        arguments = [*ARGUMENTS, f"--user-data-dir={profile}"]
        if dark:
            arguments.append("--blink-settings=preferredColorScheme=0")
        capabilities = {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": {"binary": binary, "args": arguments},
        }
        session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._session = f"/session/{session['sessionId']}"
        # The page that a new window begins with logs and asks for things of its own.
        self._ask("POST", f"{self._session}/url", {"url": "about:blank"})
        self.console()
        self.requests()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - a driver on this machine
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return json.load(answer)["value"]

    def close(self) -> None:
        self._ask("DELETE", self._session)

    def open(self, page: Path) -> None:
        self._ask("POST", f"{self._session}/url", {"url": page.as_uri()})

    def size(self, width: int, height: int) -> None:
        self._ask("POST", f"{self._session}/window/rect", {"width": width, "height": height})

    def emulate(self, width: int, height: int) -> None:
        """Show pages as a screen of this size does, which may be narrower than a window can be."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        command = {"cmd": "Emulation.setDeviceMetricsOverride", "params": screen}
        self._ask("POST", f"{self._session}/goog/cdp/execute", command)

    def run(self, script: str, *arguments: object) -> Any:
        """What `script`, the body of a function, returns."""
        body = {"script": script, "args": list(arguments)}
        return self._ask("POST", f"{self._session}/execute/sync", body)

    def find(self, selector: str) -> str:
        using = {"using": "css selector", "value": selector}
        return str(self._ask("POST", f"{self._session}/element", using)[ELEMENT])

    def click(self, selector: str) -> None:
        self._ask("POST", f"{self._session}/element/{self.find(selector)}/click", {})

    def type(self, keys: str) -> None:
        """Press keys wherever the focus is."""
        presses = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": presses}]
        self._ask("POST", f"{self._session}/actions", {"actions": actions})

    def screenshot(self) -> bytes:
        """The window as PNG."""
        return base64.b64decode(self._ask("GET", f"{self._session}/screenshot"))

    def printed(self) -> bytes:
        """The page as it is printed, with the margins that a browser gives by itself, as PDF."""
        return base64.b64decode(self._ask("POST", f"{self._session}/print", {}))

    def console(self) -> list[str]:
        """What the console holds since it was last asked: errors, warnings and refusals."""
        return [row["message"] for row in self._log("browser")]

    def requests(self) -> list[str]:
        """The addresses asked for since this was last asked."""
        events = [json.loads(row["message"])["message"] for row in self._log("performance")]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _log(self, kind: str) -> Any:
        return self._ask("POST", f"{self._session}/se/log", {"type": kind})


@contextmanager
def driver() -> Iterator[str]:
    """The address of a running chromedriver."""
    command = [str(shutil.which("chromedriver")), "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if started := re.search(r"started successfully on port (\d+)", line):
                    yield f"http://127.0.0.1:{started[1]}"
                    break
            else:
                raise AssertionError("chromedriver has not started")
        finally:
            process.terminate()
