"""What a page weighs over the wire, and when it can be used on a processor slowed six times.

    python -m benchmarks.page_weight [FOLDER OF SCANS] [--slowed 6] [--rounds 5]

The samples (or the scans of a folder) are dropped into a real service and read. Each page is then opened in Chromium
with an empty cache, at 1280 x 800: octets are those of the network (headers included) until it has been quiet for half
a second, without scrolling; then again with what the browser has kept. Usable: from the begin of the navigation until
our script has run and an animation frame followed, so that box, links and results answer; the slowest and the middle of
the rounds, slowed and not slowed, one beside the other in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.chromium import chromium
from tests.servers.dropped import dropped

_SAMPLES = Path(__file__).parents[1] / "samples" / "scans"
_MOST_KB = 100
_MOST_SECONDS = 1.5
_USABLE = """() => new Promise((done) => {
  const look = () => document.documentElement.classList.contains("scripted")
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
})"""


@dataclass(frozen=True, slots=True)
class Weight:
    """Octets over the wire and requests of one visit."""

    octets: int
    requests: int


@contextmanager
def _tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def weight(tab: Page, address: str) -> Weight:
    """Of one visit with what the browser has kept by now."""
    network = tab.context.new_cdp_session(tab)
    network.send("Network.enable")
    ended: list[int] = []
    network.on("Network.loadingFinished", lambda told: ended.append(int(told["encodedDataLength"])))
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    network.detach()
    return Weight(sum(ended), len([octets for octets in ended if octets]))


def usable(browser: Browser, address: str, slowed: int, rounds: int) -> list[float]:
    """Seconds of each round, each in a browser that has kept nothing."""
    taken = []
    for _ in range(rounds):
        with _tab(browser) as tab:
            tab.context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
            tab.goto(address, wait_until="commit")
            taken.append(float(tab.evaluate(_USABLE)) / 1000)
    return taken


def _tell(browser: Browser, name: str, address: str, chosen: argparse.Namespace) -> None:
    with _tab(browser) as tab:
        first, again = weight(tab, address), weight(tab, address)
    slow = usable(browser, address, chosen.slowed, chosen.rounds)
    plain = usable(browser, address, 1, chosen.rounds)
    held = "met" if first.octets <= _MOST_KB * 1000 and max(slow) <= _MOST_SECONDS else "NOT MET"
    print(
        f"{name:<28} {first.octets / 1000:7.1f} KB {first.requests:3} requests | again {again.octets / 1000:6.1f} KB | "
        f"usable {statistics.median(slow):.2f} s, at most {max(slow):.2f} "
        f"(not slowed {statistics.median(plain):.2f}) | {held}"
    )


def main() -> None:
    """Prints a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=_SAMPLES)
    parser.add_argument("--slowed", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    program = chromium()
    files = sorted(path for path in chosen.folder.iterdir() if path.suffix.lower() in (".pdf", ".tif", ".jpg", ".png"))
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as folder, dropped(files, Path(folder), 900) as house:
        served = f"http://127.0.0.1:{house.server.port}"
        record = next(iter(house.records.values()))["record_id"]
        pages = {
            "home": "/",
            "results, 3 words": "/?q=quyet+dinh+ve",
            "results, a phrase": "/?q=%22c%E1%BB%99ng+h%C3%B2a%22",
            "hand in": "/nop",
            "record": f"/van-ban/{record}?q=quyet+dinh",
        }
        print(f"aim: {_MOST_KB} KB and {_MOST_SECONDS} s, slowed {chosen.slowed} times, {len(files)} files, {program}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            for name, path in pages.items():
                _tell(browser, name, f"{served}{path}", chosen)
            browser.close()


if __name__ == "__main__":
    main()
