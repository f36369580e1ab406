"""The ways through the hub of which each effect gets each fault. One Region would be the other's mirror image: both are
gone through where they meet, and the plain way in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.campaign.messages import Variety
from simulations.campaign.schedule import Act, Deed

if TYPE_CHECKING:
    from collections.abc import Mapping

PAY, WAIT, DELIVER, HOLD = Deed(Act.PAY), Deed(Act.WAIT), Deed(Act.DELIVER), Deed(Act.HOLD)
EXPIRE, READ = Deed(Act.EXPIRE), Deed(Act.READ)

SCENARIOS: Mapping[str, tuple[Deed, ...]] = {
    "a payment settles": (PAY,),
    "a payment settles in the other Region": (Deed(Act.PAY, region=1),),
    "a payment settles that is content with one Region": (Deed(Act.PAY_AVAILABLE),),
    "the Regions look at each other": (*[Deed(Act.LOOK, region=region) for region in (0, 1, 0)], PAY),
    "health is asked for": (Deed(Act.ASK_HEALTH),),
    "an initiation settles": (Deed(Act.PAY, variety=Variety.INITIATION),),
    "a message settles in part": (Deed(Act.PAY, variety=Variety.PART),),
    "a payment is refused": (Deed(Act.PAY, variety=Variety.WRONG),),
    "a payment finds no funds": (Deed(Act.PAY, variety=Variety.POOR),),
    "what is no message is refused": (Deed(Act.PAY, variety=Variety.TEXT),),
    "two payments share each batch": (PAY, PAY),
    "a payment comes twice": (PAY, WAIT, Deed(Act.PAY_TWICE, region=1)),
    "a message is sent again": (PAY, DELIVER, Deed(Act.SEND_AGAIN)),
    "a second message comes": (PAY, WAIT, Deed(Act.SEND_SECOND)),
    "another participant's message comes": (PAY, WAIT, Deed(Act.INTRUDE)),
    "an open payment is cancelled": (HOLD, PAY, WAIT, Deed(Act.CANCEL, of=1)),
    "an open payment is cancelled from the other Region": (HOLD, PAY, WAIT, Deed(Act.CANCEL, region=1, of=1)),
    "an open message of several payments is cancelled": (
        HOLD,
        Deed(Act.PAY, variety=Variety.PART),
        WAIT,
        Deed(Act.CANCEL, of=1),
    ),
    "a cancellation and a deadline meet": (
        HOLD,
        PAY,
        WAIT,
        Deed(Act.CANCEL, of=1),
        DELIVER,
        Deed(Act.EXPIRE, of=1),
    ),
    "a deadline passes after a cancellation": (HOLD, PAY, WAIT, Deed(Act.CANCEL, of=1), WAIT, Deed(Act.EXPIRE, of=3)),
    "a settled payment is to be cancelled": (PAY, WAIT, Deed(Act.CANCEL)),
    "a settled payment is returned": (PAY, WAIT, Deed(Act.RETURN)),
    "a settled payment is returned twice": (PAY, WAIT, Deed(Act.RETURN), Deed(Act.RETURN, region=1)),
    "an open payment is to be returned": (HOLD, PAY, WAIT, Deed(Act.RETURN, of=1)),
    "a return is overdue": (PAY, WAIT, Deed(Act.RETURN), DELIVER, DELIVER, Deed(Act.EXPIRE, of=2)),
    "a message never comes": (Deed(Act.OPEN), EXPIRE),
    "a message comes too late": (Deed(Act.OPEN), EXPIRE, Deed(Act.SEND_SECOND)),
    "a deadline passes before processing": (PAY, DELIVER, EXPIRE),
    "a deadline passes before releasing": (PAY, DELIVER, DELIVER, EXPIRE),
    "the schedule's tick finds one overdue": (Deed(Act.OPEN), Deed(Act.TICK)),
    "it is taken over before processing": (PAY, DELIVER, Deed(Act.TAKE_OVER)),
    "it is taken over before releasing": (PAY, DELIVER, DELIVER, Deed(Act.TAKE_OVER), EXPIRE),
    "an answer is read": (PAY, WAIT, READ, Deed(Act.READ, region=1)),
    "garbage is on every queue": (Deed(Act.GARBAGE), PAY),
}
