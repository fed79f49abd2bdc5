"""The administration page in a real browser, by keys alone, in both languages and both colour schemes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import SystemClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.paths import resources
from desktop_crm.sync.protocol import SignIn
from desktop_crm.sync.server import desk
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from tests.sync.listening import listening

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="data absent: chromium is not installed")
PASSWORD = "long enough"
PATIENCE = 60
CONTRAST = """
const light = text => { const [r, g, b] = text.match(/[0-9.]+/g).slice(0, 3).map(part => { const c = part / 255;
  return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ground = light(getComputedStyle(document.body).backgroundColor);
return [...document.querySelectorAll('h1,h2,p,td,th,caption,label,a,button,input,select')].map(one => {
  const ink = light(getComputedStyle(one).color);
  return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05); }).reduce((a, b) => Math.min(a, b));
"""


class Browser:
    """One window; everything goes through the keyboard."""

    def __init__(self, address: str, folder: Path, language: str, scheme: str) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"):
            options.add_argument(word)
        self.driver = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(DRIVER, env=_with_fonts(folder))
        )
        agent = self.driver.execute_script("return navigator.userAgent")
        self.driver.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": language})
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        self.name = f"{language}-{scheme}"
        self.driver.get(f"{address}/admin/")

    def press(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def reach(self, css: str, most: int = 400) -> None:
        """Tab from the top of the page until the keyboard is there."""
        self.driver.execute_script("document.activeElement.blur(); window.getSelection().removeAllRanges();")
        wanted = self.driver.find_element("css selector", css)
        for _ in range(most):
            self.press(Keys.TAB)
            if self.driver.switch_to.active_element == wanted:
                outline = self.driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
                assert outline == "solid", css  # one sees where one is
                return
        raise AssertionError(f"{css} is not reached by Tab")

    def go(self, css: str) -> None:
        """Press Enter on it, and wait for the page that comes."""
        self.reach(css)
        old = self.driver.find_element("css selector", "html")
        self.press(Keys.ENTER)
        WebDriverWait(self.driver, PATIENCE).until(lambda _: self._is_gone(old))
        WebDriverWait(self.driver, PATIENCE).until(
            lambda driver: driver.execute_script("return document.readyState") == "complete"
        )

    def text(self) -> str:
        return self.driver.find_element("css selector", "main").text

    def look(self, what: str) -> None:
        """No sideways scrolling, readable ink; a picture where one is wanted (`PICTURES=folder`)."""
        wide = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert self.driver.execute_script(wide), what
        assert self.driver.execute_script(CONTRAST) >= 4.5, what
        if folder := os.environ.get("PICTURES"):
            self.driver.save_screenshot(str(Path(folder) / f"admin-{self.name}-{what}.png"))

    @staticmethod
    def _is_gone(old: object) -> bool:
        from selenium.common.exceptions import StaleElementReferenceException, WebDriverException

        try:
            old.is_enabled()
        except (StaleElementReferenceException, WebDriverException):
            return True
        return False


def _with_fonts(home: Path) -> dict[str, str]:
    """The browser's surroundings, with the app's own fonts: without one every Hangul is a box."""
    fonts = home / "data" / "fonts"
    fonts.mkdir(parents=True)
    for font in resources("fonts").glob("*.ttf"):
        (fonts / font.name).symlink_to(font)
    return {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}


@pytest.fixture
def server(tmp_path):
    made = Server(Store(f"sqlite:///{tmp_path / 'server.sqlite'}"), SystemClock())
    made.people.add_user("minji", UserRole.ADMINISTRATOR, PASSWORD)
    made.people.add_user("junho", UserRole.MEMBER, PASSWORD)
    made.people.sign_in(SignIn(user="junho", password=PASSWORD, device="aa1", device_name="junho's laptop"))
    yield made
    made.store.close()


@pytest.fixture
def browser(server, request, tmp_path) -> Iterator[Browser]:
    with listening(server) as client:
        made = Browser(str(client.base_url).rstrip("/"), tmp_path, *request.param)
        yield made
        made.driver.quit()


@pytest.mark.parametrize("browser", [("ko", "dark"), ("en", "light")], indirect=True, ids="-".join)
def test_an_administrator_works_by_keys_alone(server, browser):
    is_korean = browser.name.startswith("ko")
    assert browser.driver.find_element("css selector", "html").get_attribute("lang") == browser.name[:2]
    browser.look("door")
    browser.reach("input[name=user]")
    browser.press("minji")
    browser.reach("input[name=password]")
    browser.press("wrong")
    browser.go("button")
    assert browser.driver.find_element("css selector", ".said.bad").is_displayed()
    browser.reach("input[name=user]")
    browser.press("minji", Keys.TAB)
    browser.press(PASSWORD)
    browser.go("button")
    browser.look("overview")
    browser.go("nav a[href$=people]")
    browser.look("people")
    browser.reach("form:has(input[value=add]) input[name=name]")
    browser.press("somin", Keys.TAB)
    browser.reach("form:has(input[value=add]) input[name=password]")
    browser.press(PASSWORD)
    browser.go("form:has(input[value=add]) button")
    assert "somin" in browser.driver.find_element("css selector", ".said").text
    assert server.people.sign_in(SignIn(user="somin", password=PASSWORD, device="bb1")).role == "member"
    browser.go("nav a[href$=laptops]")
    browser.look("laptops")
    browser.go("form:has(input[value=revoke]):has(input[value=aa1]) button")
    assert ("잠" in browser.text() or "막" in browser.text()) if is_korean else "locked out" in browser.text()
    with pytest.raises(Refusal) as caught:
        server.people.sign_in(SignIn(user="junho", password=PASSWORD, device="aa1"))
    assert caught.value.code == "server.device.revoked"
    with server.store.reading() as books:
        assert desk.person(books, "somin")["role"] == "member"
    for page in ("rights", "quarantine", "log"):
        browser.go(f"nav a[href$={page}]")
        assert "5월" not in browser.text()  # what somebody may is no month
        browser.look(page)
    browser.go("form[action$=sign-out] button")
    assert browser.driver.find_elements("css selector", "input[name=password]")
