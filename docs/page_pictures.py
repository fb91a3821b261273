"""Pictures of a page at the width of a phone and of a desk, for the documentation.

`python docs/page_pictures.py PAGE NAME [--text TEXT] [--picture FILE] [--height PIXELS]` writes
`docs/images/NAME_390.png` and `NAME_1200.png`. PAGE is a folder that `kerasapps export --target
web` wrote or the address of a `kerasapps serve`, both of which are asked, or a `report.html`.
"""

from __future__ import annotations

import argparse
import base64
import functools
import http.server
import io
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

IMAGES = Path(__file__).parent / "images"
WIDTHS = (390, 1200)
PATIENCE = 60.0  # seconds
COLOURS = 128
_FLAGS = ("--headless=new", "--no-sandbox", "--no-first-run", "--hide-scrollbars")


class Browser:
    """Chromium, told what to do over the two pipes of its DevTools protocol."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = os.fdopen(send, "wb", 0), os.fdopen(receive, "rb", 0)
        self._numbers, self._session, self._rest = itertools.count(1), "", b""

    def open(self, url: str) -> None:
        """Opens a page in a tab of its own, to which all else is said."""
        self._session = ""
        target = self.call("Target.createTarget", url=url)["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What a method of the protocol answers."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._send.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._next())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result

    def value(self, expression: str) -> Any:
        """What JavaScript gives in the page."""
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        return self.call("Runtime.evaluate", **asked)["result"].get("value")

    def wait(self, condition: str) -> None:
        """Until it holds in the page."""
        end = time.monotonic() + PATIENCE
        while not self.value(condition):
            if time.monotonic() > end:
                raise TimeoutError(f"{condition}: {self.value('document.body.innerText')}")
            time.sleep(0.1)

    def _next(self) -> bytes:
        while b"\0" not in self._rest:
            read = self._receive.read(1 << 16)
            if not read:
                raise RuntimeError("Chromium has ended")
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return message


@contextmanager
def browser(*flags: str) -> Iterator[Browser]:
    """A headless Chromium, with flags of its own beside the usual ones."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("there is no chromium here")
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        own = (*flags, f"--user-data-dir={profile}", "--remote-debugging-pipe")
        command = [program, *_FLAGS, *own]
        process = subprocess.Popen(
            # The protocol is spoken on the descriptors 3 and 4; sh knows none of two digits.
            [
                "bash",
                "-c",
                f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}',
                "bash",
                *command,
                "about:blank",
            ],
            pass_fds=(theirs_in, theirs_out),
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_out, ours_in)
        finally:
            process.terminate()
            process.wait()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def ask(page: Browser, *, text: str | None, picture: Path | None) -> None:
    """Gives the page of an app an input, and waits for the answer."""
    page.wait("document.getElementById('main')?.hidden === false")
    give(page, text=text, picture=picture, button="button.main")
    page.wait("document.getElementById('latency')?.textContent.includes(' ms')")
    if page.value("!document.getElementById('check').hidden"):
        page.value("document.getElementById('check').click()")
        page.wait("document.getElementById('checked').textContent !== ''")
    time.sleep(0.5)  # bars grow


def ask_server(page: Browser, *, text: str | None, picture: Path | None) -> None:
    """Gives the page of a server an input, and waits for the answer."""
    page.wait("document.getElementById('ask')?.hidden === false")
    give(page, text=text, picture=picture, button="#text-button")
    page.wait("document.getElementById('answers').innerText.includes(' ms')")
    time.sleep(0.5)  # bars grow


def give(page: Browser, *, text: str | None, picture: Path | None, button: str) -> None:
    """Chooses a picture, or types a text and presses the button."""
    if picture is not None:
        root = page.call("DOM.getDocument")["root"]["nodeId"]
        node = page.call("DOM.querySelector", nodeId=root, selector="input[type=file]")["nodeId"]
        page.call("DOM.setFileInputFiles", nodeId=node, files=[str(picture.absolute())])
    if text is not None:
        page.value(
            "(() => { const field = document.querySelector('textarea');"
            f"field.value = {json.dumps(text)};"
            "field.dispatchEvent(new Event('input', {bubbles: true}));"
            f"document.querySelector({json.dumps(button)})?.click(); }})()"
        )


@contextmanager
def address_of(page: str) -> Iterator[str]:
    """Where a browser finds what was named."""
    if page.startswith(("http://", "https://")):
        yield page
        return
    path = Path(page)
    with served(path if path.is_dir() else path.parent) as url:
        yield url if path.is_dir() else f"{url}{path.name}"


def picture_of(
    page: Browser, *, width: int, height: int, dark: bool = False, part: str = "html"
) -> Image.Image:
    """What the page looks like from a part on, a CSS selector, at most so high."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    page.call("Emulation.setDeviceMetricsOverride", **metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    page.call("Emulation.setEmulatedMedia", features=[scheme])
    page.wait(f"document.querySelector({json.dumps(part)}) !== null")
    time.sleep(0.5)
    whole = int(page.value("Math.ceil(document.documentElement.getBoundingClientRect().height)"))
    top = int(page.value(f"document.querySelector({json.dumps(part)}).getBoundingClientRect().top"))
    clip = {"x": 0, "y": top, "width": width, "height": min(whole - top, height), "scale": 1}
    taken = page.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
    return Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page")
    parser.add_argument("name")
    parser.add_argument("--text")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--height", type=int, default=1600, help="pixels at most")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--output", type=Path, default=IMAGES)
    arguments = parser.parse_args()
    asking = ask_server if arguments.page.startswith("http") else ask
    with address_of(arguments.page) as url, browser() as page:
        for width in WIDTHS:
            page.open(url)
            if not arguments.page.endswith(".html"):
                asking(page, text=arguments.text, picture=arguments.picture)
            shown = picture_of(page, width=width, height=arguments.height, dark=arguments.dark)
            file = arguments.output / f"{arguments.name}_{width}.png"
            shown.quantize(COLOURS).save(file, optimize=True)
            print(f"{file}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
