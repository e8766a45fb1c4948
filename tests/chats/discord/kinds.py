"""Every kind of card as the product makes it, for members who are on Discord."""

from __future__ import annotations

from bot.core.plan import Member, Plan, Role
from tests.chats.slack import made

ANA, LIA = "201", "202"
ACCOUNTS = {ANA, LIA}
LINKS = {3: "https://discord.com/channels/1/2/3"}
EN, LATER, everywhere, told = made.EN, made.LATER, made.everywhere, made.told
cards, forms = made.cards, made.forms


def plan(name="Ana Souza"):
    """Ana and Lia are on Discord, Rui is not."""
    return Plan(
        "Loja Aurora",
        (
            Member("ana", name, (Role.COMMUNITY_MANAGER,), {"discord": ANA}),
            Member("lia", "Lia Fernández", (Role.LEAD,), {"discord": LIA}),
            Member("rui", name, (Role.SERVICE,)),
        ),
        country="BR",
        language="en",
    )
