"""Minutes confirmed by those present, each by the own account."""


async def all_confirm(client, url: str, names, meeting: int = 1) -> None:
    for name in names:
        answer = await (await client(name)).post(f"{url}/meetings/{meeting}/confirm")
        assert answer.status_code == 303, (name, answer.text)
