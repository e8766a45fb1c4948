"""The demo's plan and its invented committee."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.plan import Member, Plan, Role

#: When a demo begins, unless its story says so: a Monday, 10:00 in São Paulo.
START = datetime(2026, 8, 24, 13, tzinfo=UTC)

COMMITTEE = (
    Member("ana", "Ana Souza", (Role.COMMUNITY_MANAGER,)),
    Member("bea", "Bea Kowalska", (Role.COMMUNITY_MANAGER,)),
    Member("rui", "Rui Martins", (Role.SERVICE,)),
    Member("lia", "Lia Fernández", (Role.LEAD,)),
    Member("carl", "Carl Weber", (Role.LEGAL,)),
)


def demo_plan(language: str = "en") -> Plan:
    """Loja Aurora, São Paulo, with every figure at its default."""
    return Plan(brand="Loja Aurora", committee=COMMITTEE, zone="America/Sao_Paulo", country="BR", language=language)
