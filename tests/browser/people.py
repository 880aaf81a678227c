"""A person in front of a browser: what everybody does on this site."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.stack import Stack

PASSWORD = "correct-horse-battery-9"
KINDS = {"client": "発注者", "vendor": "外注先", "advisory": "相談室（アドバイザー）"}


class Person:
    """Someone with an address, a browser of their own and things to do."""

    def __init__(self, page: Page, stack: Stack, *, name: str, email: str) -> None:
        self.page, self.stack, self.name, self.email = page, stack, name, email

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        self.page.goto(path)

    def fill(self, label: str, value: str) -> None:
        """Fill the field with this label."""
        self.page.get_by_label(label, exact=False).first.fill(value)

    def press(self, name: str) -> None:
        """Press a button or follow a link with this name."""
        target = self.page.get_by_role("button", name=name, exact=True)
        if target.count() == 0:
            target = self.page.get_by_role("link", name=name, exact=True)
        target.first.click()

    def confirm(self, name: str, then: str) -> None:
        """Open the question behind a button, and say yes."""
        self.page.locator("summary", has_text=re.compile(f"^{re.escape(name)}$")).first.click()
        self.page.get_by_role("button", name=then, exact=True).first.click()

    def sees(self, text: str) -> None:
        """Expect a text on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        """Expect that a text stands nowhere in the page's source."""
        assert text not in self.page.content()

    def sign_up(self) -> None:
        """Register, and confirm the address with the link in the mail."""
        self.open("/account/signup/")
        self._fill_sign_up()
        self._confirm_address()

    def _fill_sign_up(self) -> None:
        self.page.locator("input[name=email]").fill(self.email)
        self.page.locator("input[name=name]").fill(self.name)
        self.page.locator("input[name=password1]").fill(PASSWORD)
        self.page.locator("input[name=password2]").fill(PASSWORD)
        self.press("登録する")

    def _confirm_address(self) -> None:
        self.page.goto(self.stack.link_in_mail(self.email, containing="メールアドレスの確認"))
        self.press("確認する")
        if "/account/login" in self.page.url:
            self.sign_in()

    def sign_in(self) -> None:
        """Sign in with address and password."""
        self.page.locator("input[name=login]").fill(self.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.press("ログイン")

    def found_organization(self, name: str, kind: str) -> None:
        """Register the organization that this person owns."""
        self.open("/organization/new/")
        self.page.locator("input[name=name]").fill(name)
        self.page.locator("select[name=kind]").select_option(kind)
        self.press("登録する")
        self.sees(name)

    def accept_invitation(self) -> None:
        """Follow the invitation in the mail, register on the way, and join."""
        self.page.goto(self.stack.link_in_mail(self.email, containing="招待"))
        self.press("新しく登録して参加")
        self._fill_sign_up()
        self._confirm_address()
        self.page.goto(self.stack.link_in_mail(self.email, containing="招待"))
        self.press("参加する")

    def picture(self, folder: Path | None, name: str) -> None:
        """Take the documentation's pictures of this page, for desktop and phone."""
        if folder is None:
            return
        before = self.page.viewport_size
        for kind, width, height in (("desktop", 1440, 900), ("phone", 390, 844)):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=str(folder / f"{name}-{kind}.png"), full_page=kind == "phone")
        if before:
            self.page.set_viewport_size(before)
