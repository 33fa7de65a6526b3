"""Files of a ticket over HTTP: kept without EXIF, read by those who read the ticket, harmless in a browser."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from PIL import Image

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.moves.corrections import cleaned
from hotline.people.user import User
from hotline.ticket import Role
from tests.doors import browser, token
from tests.office import department, move, on_shift, ticket, user


def photo(size: tuple[int, int] = (900, 600)) -> bytes:
    """A JPEG that says where it was taken."""
    image = Image.new("L" if size[0] > 5000 else "RGB", size, 9)
    exif = image.getexif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


class Street:
    def __init__(self, pool: Pool, services: Services) -> None:
        self.pool, self.services = pool, services

    async def fill(self) -> Street:
        async with self.pool.acquire() as conn:
            self.lamps = await department(conn, "T05", "测试路灯所")
            self.water = await department(conn, "T06", "测试供水公司")
            self.operator = await user(conn, Role.OPERATOR, name="小王")
            self.manager = await user(conn, Role.MANAGER, name="值班长")
            self.liaison = await user(conn, Role.LIAISON, department=self.lamps, name="老张")
            self.stranger = await user(conn, Role.LIAISON, department=self.water, name="老赵")
            await on_shift(conn, self.operator, self.services.clock.now())
            self.number = (await ticket(conn, self.services)).number
            await move(conn, self.services, self.operator, self.number, "assignments", department="T05")
        return self

    async def do(self, who: User, path: str, **fields: object) -> None:
        async with self.pool.acquire() as conn, conn.transaction():
            await move(conn, self.services, who, self.number, path, **fields)


@pytest.fixture
async def street(pool: Pool, services: Services) -> Street:
    return await Street(pool, services).fill()


def _form(content: bytes, name: str = "灯.jpg") -> FormData:
    form = FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    return form


async def _upload(client: TestClient, street: Street, who: User, content: bytes, name: str = "灯.jpg") -> int:
    path = f"/api/v1/tickets/{street.number}/attachments"
    door = await token(street.pool, street.services, who)
    answer = await client.post(path, data=_form(content, name), headers=door)
    assert answer.status == 200, await answer.text()
    return int((await answer.json())["attachment"])


@pytest.mark.parametrize("base", ["/api/v1", ""])
async def test_a_photo_is_shown_without_where_it_was_taken(client: TestClient, street: Street, base: str) -> None:
    made = await _upload(client, street, street.liaison, photo())
    if base:
        door = await token(street.pool, street.services, street.operator)
        answer = await client.get(f"{base}/tickets/{street.number}/attachments/{made}", headers=door)
    else:
        page = await browser(client, street.pool, street.services, street.operator)
        answer = await page.get(f"/tickets/{street.number}/attachments/{made}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''%E7%81%AF.jpg"
    image = Image.open(io.BytesIO(await answer.read()))
    assert image.size == (900, 600)
    assert not dict(image.getexif())


async def test_a_large_photo_is_made_smaller_and_a_huge_one_refused(client: TestClient, street: Street) -> None:
    made = await _upload(client, street, street.liaison, photo((8000, 6000)))
    door = await token(street.pool, street.services, street.liaison)
    answer = await client.get(f"/api/v1/tickets/{street.number}/attachments/{made}", headers=door)
    assert Image.open(io.BytesIO(await answer.read())).size == (4096, 3072)
    for size in ((9000, 7000), (15_000, 12_000)):
        path = f"/api/v1/tickets/{street.number}/attachments"
        refused = await client.post(path, data=_form(photo(size)), headers=door)
        assert refused.status == 422
        assert "6000" in (await refused.json())["detail"]


async def test_a_thumbnail_is_small(client: TestClient, street: Street) -> None:
    made = await _upload(client, street, street.liaison, photo())
    door = await token(street.pool, street.services, street.operator)
    answer = await client.get(f"/api/v1/tickets/{street.number}/attachments/{made}?size=thumb", headers=door)
    assert Image.open(io.BytesIO(await answer.read())).size == (320, 213)


async def test_files_follow_the_rows_of_the_ticket(client: TestClient, street: Street) -> None:
    made = await _upload(client, street, street.liaison, photo())
    for who, item, want in (
        (street.stranger, made, 404),
        (street.liaison, made, 200),
        (street.operator, made + 1, 404),
        (street.operator, "x", 404),
        (street.operator, 10**20, 404),
    ):
        door = await token(street.pool, street.services, who)
        answer = await client.get(f"/api/v1/tickets/{street.number}/attachments/{item}", headers=door)
        assert answer.status == want, (who, item)
    assert (await client.get(f"/api/v1/tickets/{street.number}/attachments/{made}")).status == 401


async def test_a_former_department_sees_what_was_there(client: TestClient, street: Street, clock: MovingClock) -> None:
    before = await _upload(client, street, street.liaison, photo())
    clock.move(timedelta(minutes=10))
    await street.do(street.liaison, "returns", reason="not our duty", basis="三定方案", suggested="T06")
    await street.do(street.manager, "rulings", department="T06", reason="供水公司的井盖")
    clock.move(timedelta(minutes=10))
    after = await _upload(client, street, street.stranger, photo())
    await street.do(street.stranger, "signatures")
    door = await token(street.pool, street.services, street.liaison)
    base = f"/api/v1/tickets/{street.number}"
    assert (await client.get(f"{base}/attachments/{before}", headers=door)).status == 200
    assert (await client.get(f"{base}/attachments/{after}", headers=door)).status == 404
    found = await (await client.get(base, headers=door)).json()
    assert [row["id"] for row in found["attachments"]] == [before]
    assert found["state"] == "returned"
    assert found["returns"][0]["overruled"] is False
    assert all(row["department"] != "T06" or row["signed_at"] is None for row in found["assignments"])
    now = await (await client.get(f"{base}/timeline", headers=door)).json()
    assert now["items"][-1]["kind"] == "ruled"
    assert {row["kind"] for row in now["items"]} >= {"returned", "attached"}
    listed = await (await client.get("/api/v1/tickets", headers=door)).json()
    (row,) = listed["items"]
    assert (row["number"], row["state"], row["department"]) == (street.number, "returned", "T05")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空"),
        (b"MZ this is a program", "照片"),
        (b"\x00" * 10_000_001, "10"),
        (b"\x00" * (13 * 1024**2), "10"),
        (b"\xff\xd8\xff\xe0 broken jpeg", "照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "照片"),
    ],
    ids=["empty", "program", "large", "larger than a request", "broken", "drawing"],
)
async def test_wrong_files_are_refused_and_said_why(
    client: TestClient, street: Street, content: bytes, said: str
) -> None:
    door = await token(street.pool, street.services, street.liaison)
    path = f"/api/v1/tickets/{street.number}/attachments"
    answer = await client.post(path, data=_form(content), headers=door)
    found = await answer.json()
    assert answer.status in {413, 422}
    assert found["field"] == "file"
    assert said in found["detail"]
    page = await browser(client, street.pool, street.services, street.liaison)
    form = _form(content)
    form.add_field("csrf", page.csrf)
    shown = await client.post(
        f"/tickets/{street.number}/attachments", data=form, headers={"Cookie": f"hotline={page.cookie}"}
    )
    assert shown.status in {413, 422}
    assert said in await shown.text()


async def test_a_form_without_its_token_is_refused(client: TestClient, street: Street) -> None:
    page = await browser(client, street.pool, street.services, street.liaison)
    answer = await client.post(
        f"/tickets/{street.number}/attachments",
        data=_form(photo()),
        headers={"Cookie": f"hotline={page.cookie}"},
    )
    assert answer.status == 403


async def test_an_upload_from_the_page_goes_back_to_it(client: TestClient, street: Street) -> None:
    page = await browser(client, street.pool, street.services, street.liaison)
    form = _form(photo())
    form.add_field("csrf", page.csrf)
    form.add_field("next", f"/department/tickets/{street.number}")
    answer = await client.post(
        f"/tickets/{street.number}/attachments",
        data=form,
        headers={"Cookie": f"hotline={page.cookie}"},
        allow_redirects=False,
    )
    assert answer.status == 303
    assert answer.headers["Location"] == f"/department/tickets/{street.number}"


def _pictured(kind: str, image: Image.Image, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def _coloured(mode: str) -> Image.Image:
    """Four stripes of colour, in a mode that some program saves."""
    image = Image.new("RGBA", (40, 10))
    for at, colour in enumerate([(200, 30, 30, 255), (30, 200, 30, 255), (30, 30, 200, 255), (250, 250, 250, 0)]):
        image.paste(colour, (at * 10, 0, at * 10 + 10, 10))
    return image.convert("RGB").quantize(8) if mode == "P" else image.convert(mode)


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA", "L", "LA", "1", "I;16"])
def test_a_png_comes_out_as_it_was(mode: str) -> None:
    before = _coloured(mode)
    media, content = cleaned(_pictured("PNG", before))
    assert media == "image/png"
    with Image.open(io.BytesIO(content)) as after:
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_a_palette_with_a_clear_colour_stays_clear() -> None:
    palette = _coloured("P")
    content = _pictured("PNG", palette, transparency=palette.getpixel((35, 5)))
    with Image.open(io.BytesIO(cleaned(content)[1])) as after:
        assert after.convert("RGBA").getpixel((35, 5))[3] == 0  # type: ignore[index]
        assert after.convert("RGB").getpixel((5, 5)) == palette.convert("RGB").getpixel((5, 5))


def test_of_a_jpeg_with_several_pictures_the_first_is_kept() -> None:
    first, second = Image.new("RGB", (64, 48), (200, 30, 30)), Image.new("RGB", (64, 48), (30, 30, 200))
    media, content = cleaned(_pictured("MPO", first, save_all=True, append_images=[second]))
    assert media == "image/jpeg"
    with Image.open(io.BytesIO(content)) as after:
        red, _, blue = after.convert("RGB").getpixel((20, 20))  # type: ignore[misc]
        assert red > 150 > blue


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_heic_is_told_what_to_do(brand: bytes) -> None:
    with pytest.raises(BadField, match="screenshot"):
        cleaned(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 40)
