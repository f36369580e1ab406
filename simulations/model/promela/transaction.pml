/* One transaction in two Regions that fail, are cut off and heal at any step; whoever reads this reads ADR 0026 first.
 *
 * Nothing is ever taken from what was sent or loaded: a message may be delivered again at any later step, a handler that
 * has loaded the record may write at any later step, and each may just as well never do so. So a death, a redelivery, a
 * second handler beside the first and a late write are not steps of their own: they are orders of these.
 *
 * tables.py puts before this text what core and service say: statuses, what may follow what, and what each conditional
 * write asks of the record (MAY_...). M_... are guards to break, one at a time; ENDS asks whether everything ends.
 */

#define SET(status_) (1 << (status_))
#define BIT(r, e) (1 << (2 * (e) + (r)))
#define OTHER(r) (1 - (r))

/* What the message comes to: it settles, its text is wrong, the ledger refuses it, it asks to cancel another payment. */
#define GOOD 0
#define WRONG 1
#define REFUSED 2
#define REQUEST 3

/* How a Region is. Cut off: it runs, and no strongly consistent write or read and no commit of the ledger gets through.
 * Impaired: it beats and says that it cannot carry payments; what it does for them it may do or not. */
#define WORKS 0
#define CUT_OFF 1
#define DOWN 2
#define IMPAIRED 3

#define OPEN_LIST(r) (r)
#define TAKEN_LIST(r) (2 + (r))

byte status = ACCP, owner = 0, epoch = 0, list = OPEN_LIST(0);
byte verdict, ledger = NOTHING, posted, voided;
bool cancels, overdue;
byte condition[2];

/* Messages on each Region's queues and what handlers have loaded, each by Region and epoch, but incoming: it knows none. */
byte incoming;
short processing, decided, releasing, overdue_bare, overdue_full, follow_bare, follow, lost_seen;

#ifdef ENDS
/* Here every message and every handler is taken to be there that may ever have been, so that none need be remembered:
 * an epoch was its Region's, and a message, or what was loaded with one, is there once the record has it. */
#define HAD(r, e) ((e) <= epoch && ((e) & 1) == (r))
#define HAS(kind, r, e) HAS_##kind(r, e)
#define HAS_processing(r, e) (HAD(r, e) && status != ACCP)
#define HAS_decided(r, e) (HAS_processing(r, e) && ledger != NOTHING)
#define HAS_releasing(r, e) HAS_processing(r, e)
#define HAS_overdue_bare(r, e) HAD(r, e)
#define HAS_overdue_full(r, e) HAS_processing(r, e)
#define HAS_follow_bare(r, e) (HAD(r, e) && (e) > 0)
#define HAS_follow(r, e) (HAS_processing(r, e) && (e) > 0)
#define HAS_incoming(r) true
#define ANY(kind, r) ANY_##kind(r)
#define ANY_releasing(r) HAS_releasing(r, r)
#define ANY_overdue_bare(r) HAS_overdue_bare(r, r)
#define ANY_overdue_full(r) HAS_overdue_full(r, r)
#define ANY_follow_bare(r) HAS_follow_bare(r, 2 - (r))
#define ANY_follow(r) HAS_follow(r, 2 - (r))
#define LACKS(kind, r, e) LACKS_##kind
#define LACKS_processing false
#define LACKS_decided (ledger == NOTHING)
#define LACKS_releasing false
#define LACKS_overdue_bare false
#define LACKS_overdue_full false
#define LACKS_follow_bare false
#define LACKS_follow false
#define PUT(kind, r, e) skip
#else
#define HAS(kind, r, e) (((kind) >> (2 * (e) + (r))) & 1)
#define HAS_incoming(r) (incoming & SET(r))
#define ANY(kind, r) ((kind) & (341 << (r)))
#define LACKS(kind, r, e) (!HAS(kind, r, e))
#define PUT(kind, r, e) kind = kind | BIT(r, e)
#endif
/* What a handler of recover knows of a lost Region's record is remembered in both: how often it is taken, is counted. */
#define SEES_LOST(r, e) ((lost_seen >> (2 * (e) + (r))) & 1)

/* Once calm, no Region's condition changes. older: than the loss; late: a minute past its deadline. */
bool calm, older, late;
byte watch[2], lost;
#define NOBODY 2
#ifdef ALONE
#define MAY_BE_LOST(r) (condition[OTHER(r)] == WORKS)
#else
#define MAY_BE_LOST(r) true
#endif

#ifdef M_WITNESS
/* A Region that is cut off writes by its own copy, and the last write wins. */
byte seen_status[2], seen_owner[2], seen_epoch[2];
#define REACHES(r) (condition[r] != DOWN)
#define STATUS(r) (condition[r] == CUT_OFF -> seen_status[r] : status)
#define OWNER(r) (condition[r] == CUT_OFF -> seen_owner[r] : owner)
#define EPOCH(r) (condition[r] == CUT_OFF -> seen_epoch[r] : epoch)
#define CUT(r) seen_status[r] = status; seen_owner[r] = owner; seen_epoch[r] = epoch; condition[r] = CUT_OFF
#else
#define REACHES(r) (condition[r] == WORKS || condition[r] == IMPAIRED)
#define STATUS(r) status
#define OWNER(r) owner
#define EPOCH(r) epoch
#define CUT(r) condition[r] = CUT_OFF
#endif

#ifdef M_STATUS
#define IN(r, set) true
#else
#define IN(r, set) (((set) >> STATUS(r)) & 1)
#endif
#ifdef M_OWNER
#define OWNED(r, by) true
#else
#define OWNED(r, by) (OWNER(r) == (by))
#endif
#ifdef M_EPOCH
#define UNDER(r, e) true
#else
#define UNDER(r, e) (EPOCH(r) == (e))
#endif
#ifdef M_TAKE_STATUS
#define TAKE_IN(r) true
#else
#define TAKE_IN(r) ((OPEN_SET >> STATUS(r)) & 1)
#endif
#ifdef M_TAKE_OWNER
#define TAKE_OWNED(r) true
#else
#define TAKE_OWNED(r) (OWNER(r) == OTHER(r))
#endif
#ifdef M_TAKE_EPOCH
#define TAKE_UNDER(r, e) true
#else
#define TAKE_UNDER(r, e) (EPOCH(r) == (e))
#endif
#define MAY_TAKE(r, e) (TAKE_IN(r) && TAKE_OWNED(r) && TAKE_UNDER(r, e))
#ifdef M_DEADLINE
#define DUE true
#else
#define DUE overdue
#endif
#ifdef M_LEDGER_FIRST
#define DECIDED(state) true
#else
#define DECIDED(state) (ledger == (state) || (state) == VOIDED && ledger == NOTHING && FORGETS)
#endif
#ifdef M_LEDGER_ONCE
#define MAY_END(state) (ledger != NOTHING && ledger != (state))
#else
#define MAY_END(state) LEDGER_FOLLOWS(ledger, state)
#endif
#ifdef M_VOID_FORGOTTEN
#define FORGETS true
#else
#define FORGETS false
#endif
#define NEVER_RESERVED (ledger == NOTHING && !FORGETS)
#ifdef M_LIST
#define ON_TAKEN_LIST(r) (list != OPEN_LIST(r))
#else
#define ON_TAKEN_LIST(r) (list == TAKEN_LIST(r))
#endif
#ifdef M_RAISED
#define RAISED(e) (e)
#else
#define RAISED(e) ((e) + 1)
#endif

#define OPEN ((OPEN_SET >> status) & 1)
#define HAS_MESSAGE (status != ACCP && OPEN)
#define ACCEPTED (verdict == GOOD || verdict == REQUEST)
/* A message that is wrong, or asks to cancel, is gone on with whatever the client chose. */
#define GOES_ON (!cancels || verdict == WRONG || verdict == REQUEST)

#define AGREES \
  (OPEN || status == ACSC && ledger == POSTED || status == RJCT && (ledger == VOIDED || ledger == NOTHING) || \
   status == CANC && (ledger == VOIDED || ledger == CANCELLED || ledger == NOTHING))

#define PROPERTY(number, holds) assert(number * (holds))
#define ONE_END(holds) PROPERTY(1, holds)
#define LISTED_STEP(holds) PROPERTY(2, holds)
#define MONEY_ONCE(holds) PROPERTY(3, holds)
#define AGREEMENT PROPERTY(4, AGREES)
#define FENCED(holds) PROPERTY(5, holds)
#define EPOCH_RISES(holds) PROPERTY(6, holds)
#define IN_TIME(holds) PROPERTY(7, holds)
#define AS_CHOSEN(holds) PROPERTY(8, holds)
#define ENDED(holds) PROPERTY(9, holds)

#define STEP(following, r, e) \
  ONE_END(OPEN); LISTED_STEP(FOLLOWS(status, following)); FENCED(owner == (r) && epoch == (e)); \
  status = following; AGREEMENT
#define POST ledger = POSTED; posted = posted + 1; MONEY_ONCE(posted == 1 && voided == 0); AGREEMENT
#define VOID ledger = VOIDED; voided = 1; MONEY_ONCE(posted == 0); AGREEMENT
#define KEEP_VOIDED ledger = VOIDED; AGREEMENT
#define RESERVE if :: ledger == NOTHING -> ledger = RESERVED; AGREEMENT :: else fi

/* Who leads, once calm: from any belief and any record but the one that leadership.pml shows never to be. */
#define LEADS(r) (lost == OTHER(r))
#define SWEEPS(r) (LEADS(r) && watch[r] != TRUSTED)
#define SIGHTING(r) (condition[OTHER(r)] == WORKS -> WELL : (condition[OTHER(r)] == IMPAIRED -> ILL : SILENT))
#ifdef M_LATE
#define MAY_BE_TAKEN older
#else
#define MAY_BE_TAKEN (older || late)
#endif
#ifdef M_LOST_RESTS
#define FOLLOWS_UP(r) (lost != (r))
#else
#define FOLLOWS_UP(r) true
#endif
#ifdef ENDS
#define LOOKS_AT_LOST(r) (calm && SWEEPS(r) && MAY_BE_TAKEN || !calm && epoch < EPOCHS - 3)
#else
#define LOOKS_AT_LOST(r) true
#endif
#define BELIEVE(r) \
  if :: condition[r] == DOWN :: else -> \
    if :: watch[r] = TRUSTED :: watch[r] = DOUBTED :: watch[r] = GONE :: watch[r] = RETURNING fi fi
#define TICKS(r) (calm && condition[r] == WORKS)
#define LOOK_AGAIN(r) (WATCH_AFTER(watch[r], SIGHTING(r)) != watch[r] -> WATCH_AFTER(watch[r], SIGHTING(r)) : \
  WATCH_AFTER_ENOUGH(watch[r]))
#define LOOK_CHANGES(r) (TICKS(r) && LOOK_AGAIN(r) != watch[r])
#define MUST_LEAD(r) (TICKS(r) && watch[r] == GONE && lost == NOBODY && SIGHTING(r) != WELL)
#if defined(M_NOBODY_GIVES_BACK) || defined(ALONE)
#define GIVES_BACK(r) false
#else
#define GIVES_BACK(r) (TICKS(r) && lost == (r))
#endif

/* What a Region that works is due to do, and in the end does. Old messages and old handlers are due nothing. */
#define DUE_TO(r) \
  (LOOK_CHANGES(r) || MUST_LEAD(r) || GIVES_BACK(r) || \
   TICKS(r) && owner == (r) && overdue && list == OPEN_LIST(r) && (ledger != POSTED || COMPLETED) || \
   TICKS(r) && owner == (r) && list == TAKEN_LIST(r) && FOLLOWS_UP(r) || \
   TICKS(r) && owner == OTHER(r) && SWEEPS(r) && MAY_BE_TAKEN && \
     (list == OPEN_LIST(OTHER(r)) || list == TAKEN_LIST(OTHER(r))))

#ifdef ENDS
/* Until all is calm every step may be left out, so that a fault is nothing more; how the Regions are then, is chosen. */
#define FAULTS(r)
#else
#define FAULTS(r) \
  :: d_step { condition[r] != WORKS -> condition[r] = WORKS } \
  :: d_step { condition[r] == WORKS -> CUT(r) } \
  :: d_step { condition[r] == WORKS -> condition[r] = DOWN }
#endif

#define REGION(r) \
  /* incoming */ \
  :: d_step { condition[r] != DOWN && !HAS_incoming(r) -> incoming = incoming | SET(r) } \
  :: d_step { REACHES(r) && HAS_incoming(r) && MAY_RECORD(r, r, EPOCH(r)) -> \
      STEP(ACTC, r, epoch); PUT(processing, r, epoch) } \
  :: d_step { REACHES(r) && HAS_incoming(r) && HAS_MESSAGE && owner == (r) && LACKS(processing, r, epoch) -> \
      PUT(processing, r, epoch) } \
  /* releasing, timeout and recover ask the ledger */ \
  :: d_step { REACHES(r) && ANY(releasing, r) && ACCEPTED && MAY_END(POSTED) -> POST } \
  :: d_step { REACHES(r) && ANY(releasing, r) && !ACCEPTED && MAY_END(VOIDED) -> VOID } \
  :: d_step { REACHES(r) && (ANY(overdue_bare, r) || ANY(overdue_full, r)) && MAY_END(VOIDED) -> VOID } \
  :: d_step { REACHES(r) && cancels && (ANY(follow_bare, r) || ANY(follow, r) && !GOES_ON) && MAY_END(VOIDED) -> VOID } \
  :: d_step { REACHES(r) && NEVER_RESERVED && (ANY(releasing, r) && !ACCEPTED || (ANY(overdue_bare, r) || ANY(overdue_full, r)) || \
      cancels && (ANY(follow_bare, r) || ANY(follow, r) && !GOES_ON)) -> KEEP_VOIDED } \
  /* a request that came to this Region */ \
  :: d_step { REACHES(r) && verdict == GOOD && LEDGER_FOLLOWS(ledger, CANCELLED) -> \
      ledger = CANCELLED; voided = 1; MONEY_ONCE(posted == 0); AGREEMENT } \
  :: d_step { REACHES(r) && ledger == CANCELLED && MAY_END_CANCELLED(r, OWNER(r), EPOCH(r)) -> STEP(CANC, owner, epoch) } \
  /* timeout loads */ \
  :: d_step { REACHES(r) && status == ACCP && owner == (r) && overdue && LACKS(overdue_bare, r, epoch) -> \
      PUT(overdue_bare, r, epoch) } \
  :: d_step { REACHES(r) && HAS_MESSAGE && owner == (r) && overdue && LACKS(overdue_full, r, epoch) -> \
      PUT(overdue_full, r, epoch) } \
  /* recover loads: what it took over, what a lost Region has */ \
  :: d_step { REACHES(r) && status == ACCP && owner == (r) && epoch > 0 && LACKS(follow_bare, r, epoch) -> \
      PUT(follow_bare, r, epoch) } \
  :: d_step { REACHES(r) && HAS_MESSAGE && owner == (r) && epoch > 0 && LACKS(follow, r, epoch) -> \
      PUT(follow, r, epoch) } \
  :: d_step { REACHES(r) && LOOKS_AT_LOST(r) && OPEN && owner == OTHER(r) && epoch + 1 < EPOCHS && \
      !SEES_LOST(r, epoch) -> lost_seen = lost_seen | BIT(r, epoch) } \
  FAULTS(r) \
  /* what is believed of the other, once calm */ \
  :: d_step { LOOK_CHANGES(r) -> watch[r] = LOOK_AGAIN(r) } \
  :: d_step { MUST_LEAD(r) -> lost = OTHER(r); older = true } \
  :: d_step { TICKS(r) && LEADS(r) && watch[r] == GONE && SIGHTING(r) == ILL && !older -> older = true } \
  :: d_step { GIVES_BACK(r) -> lost = NOBODY }

#define EPOCH_OF(r, e) \
  /* processing */ \
  :: d_step { REACHES(r) && HAS(processing, r, e) && LACKS(releasing, r, e) && verdict == WRONG -> \
      PUT(releasing, r, e) } \
  :: d_step { REACHES(r) && HAS(processing, r, e) && LACKS(decided, r, e) && verdict == REFUSED && ledger <= RESERVED -> \
      RESERVE; PUT(decided, r, e); PUT(releasing, r, e) } \
  :: d_step { REACHES(r) && HAS(processing, r, e) && LACKS(decided, r, e) && verdict == GOOD && ledger <= POSTED -> \
      RESERVE; PUT(decided, r, e) } \
  :: d_step { REACHES(r) && HAS(processing, r, e) && LACKS(decided, r, e) && verdict == REQUEST && ledger <= POSTED -> \
      if :: ledger == NOTHING -> POST :: else fi; PUT(decided, r, e) } \
  :: d_step { REACHES(r) && HAS(decided, r, e) && ACCEPTED && MAY_ACCEPT(r, r, e) -> \
      STEP(ACSP, r, e); PUT(releasing, r, e) } \
  /* the message's kind may give it more time */ \
  :: d_step { REACHES(r) && HAS(decided, r, e) && ACCEPTED && overdue && MAY_ACCEPT(r, r, e) -> \
      STEP(ACSP, r, e); overdue = false; late = false; PUT(releasing, r, e) } \
  :: d_step { REACHES(r) && HAS(decided, r, e) && ACCEPTED && status == ACSP && owner == (r) && epoch == e && \
      LACKS(releasing, r, e) -> PUT(releasing, r, e) } \
  /* releasing */ \
  :: d_step { REACHES(r) && HAS(releasing, r, e) && ACCEPTED && DECIDED(POSTED) && MAY_SETTLE(r, r, e) -> \
      STEP(ACSC, r, e) } \
  :: d_step { REACHES(r) && HAS(releasing, r, e) && !ACCEPTED && DECIDED(VOIDED) && MAY_REFUSE(r, r, e) -> \
      STEP(RJCT, r, e) } \
  /* timeout */ \
  :: d_step { REACHES(r) && DECIDED(VOIDED) && (HAS(overdue_bare, r, e) && MAY_REJECT_BARE(r, r, e) || \
      HAS(overdue_full, r, e) && MAY_REJECT(r, r, e)) -> IN_TIME(overdue); STEP(RJCT, r, e) } \
  COMPLETE(r, e) \
  /* recover */ \
  :: d_step { REACHES(r) && SEES_LOST(r, e) && epoch + 1 < EPOCHS && MAY_TAKE(r, e) -> \
      ONE_END(OPEN); FENCED(owner == OTHER(r)); EPOCH_RISES(RAISED(e) > epoch); \
      owner = r; epoch = RAISED(e); list = TAKEN_LIST(r); overdue = false; late = false; \
      if :: status == ACCP -> PUT(follow_bare, r, epoch) \
         :: HAS_MESSAGE -> PUT(follow, r, epoch) \
         :: else fi } \
  :: d_step { condition[r] != DOWN && GOES_ON && HAS(follow, r, e) && LACKS(processing, r, e) -> \
      PUT(processing, r, e) } \
  :: d_step { REACHES(r) && OPEN && ON_TAKEN_LIST(r) && (HAS(follow_bare, r, e) && !cancels || \
      GOES_ON && HAS(follow, r, e) && HAS(processing, r, e)) -> list = OPEN_LIST(r) } \
  :: d_step { REACHES(r) && cancels && DECIDED(VOIDED) && (HAS(follow_bare, r, e) && MAY_GIVE_UP_BARE(r, r, e) || \
      !GOES_ON && HAS(follow, r, e) && MAY_GIVE_UP(r, r, e)) -> \
      AS_CHOSEN(cancels && epoch > 0); STEP(CANC, r, e) }

#ifdef M_COMPLETE
#define COMPLETED false
#define COMPLETE(r, e)
#else
#define COMPLETED true
/* What is posted and has not ended: a deadline completes it, and a takeover that gives up. */
#define COMPLETES(r, e) \
  (REACHES(r) && ledger == POSTED && ACCEPTED && (HAS(overdue_full, r, e) || HAS(follow, r, e) && !GOES_ON))
#define COMPLETE(r, e) \
  :: d_step { COMPLETES(r, e) && MAY_ACCEPT(r, r, e) -> STEP(ACSP, r, e) } \
  :: d_step { COMPLETES(r, e) && MAY_SETTLE(r, r, e) -> STEP(ACSC, r, e) }
#endif

active proctype hub() {
  if :: verdict = GOOD :: verdict = WRONG :: verdict = REFUSED :: verdict = REQUEST fi;
  if :: cancels = true :: cancels = false fi;
#ifndef ENDS
end:
#endif
  do
  REGION(0)
  REGION(1)
  EPOCH_OF(0, 0)
  EPOCH_OF(1, 0)
  EPOCH_OF(0, 1)
  EPOCH_OF(1, 1)
  EPOCH_OF(0, 2)
  EPOCH_OF(1, 2)
#if EPOCHS > 3
  EPOCH_OF(0, 3)
  EPOCH_OF(1, 3)
#endif
#if EPOCHS > 4
  EPOCH_OF(0, 4)
  EPOCH_OF(1, 4)
#endif
  :: d_step { OPEN && !overdue -> overdue = true }
#ifdef ENDS
  :: d_step { calm && OPEN && overdue && !late -> late = true }
  :: atomic { !calm && OPEN ->
      if :: condition[0] = IMPAIRED :: condition[0] = DOWN :: condition[1] = IMPAIRED :: condition[1] = DOWN :: true fi;
      BELIEVE(0);
      BELIEVE(1);
      if :: older = true :: older = false fi;
      if :: lost = NOBODY
         :: MAY_BE_LOST(0) -> lost = 0
         :: MAY_BE_LOST(1) -> lost = 1 fi;
      calm = true }
  :: d_step { calm && OPEN && overdue && late && !DUE_TO(0) && !DUE_TO(1) -> ENDED(false) }
  :: !OPEN -> break
#endif
  od
}
