"""A real Jupyter server in a folder of its own, and headless Chromium to look at it."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from support import leave_out

Address = Callable[[str], str]  # of a server's page, by its path

START_S = 60  # for a server to answer, on a busy machine
expect.set_options(timeout=30_000)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox --disable-gpu --disable-quic --no-first-run",
    "--disable-background-networking --disable-component-update --disable-sync",
]
_SETTINGS = {
    # nothing that asks for news, and all cells in the page: by default those out of sight are not
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@contextmanager
def jupyter(folder: Path, home: Path) -> Iterator[Address]:
    """A Jupyter server that shows `folder` and keeps all it writes for itself in `home`; the addresses of its pages."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex()
    options = f"--no-browser --allow-root --ServerApp.ip=127.0.0.1 --ServerApp.port={port} --ServerApp.port_retries=0"
    command = [sys.executable, "-m", "jupyterlab", *options.split(), f"--ServerApp.root_dir={folder}"]
    environment = {**_environment(home), "JUPYTER_TOKEN": token}
    with open(home / "log.txt", "w", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_for(server, f"http://127.0.0.1:{port}/api", home)
            yield lambda page: f"http://127.0.0.1:{port}/{page}?token={token}"
        finally:
            _stop(server)


def _environment(home: Path) -> dict[str, str]:
    """Nothing is read from, or written to, what the user has set up for their own Jupyter."""
    for name, settings in _SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")
    places = {
        "HOME": "",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls alembic
    return {**os.environ, "PATH": path, **{name: str(home / place) for name, place in places.items()}}


def _wait_for(server: subprocess.Popen[bytes], address: str, home: Path) -> None:
    for _ in range(START_S * 5):
        try:
            with urllib.request.urlopen(address, timeout=START_S):
                return
        except OSError:
            pass
        try:
            server.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"Jupyter did not start: {(home / 'log.txt').read_text(encoding='utf-8')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server, and its kernels, which have process groups of their own."""
    family = psutil.Process(server.pid).children(recursive=True) if server.poll() is None else []
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    _, left = psutil.wait_procs(family, timeout=2)
    for process in left:
        process.kill()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium, the one that is installed on this machine."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        leave_out(f"no browser: none of {', '.join(_NAMES)} is on PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=" ".join(_FLAGS).split())
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, width: int = 1280, height: int = 900) -> Page:
    """A page that reaches this machine alone, whatever the network is like."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.route("**/*", _loopback_alone)
    return page


def _loopback_alone(route: Route) -> None:
    if route.request.url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:")):
        route.continue_()
    else:
        route.abort()
