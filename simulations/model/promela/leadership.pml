/* Who leads: two Regions that beat and take the lead, two ticks of each at once, a person who gives back; each may be cut
 * off and each tick may die at any step. Whatever a tick sees of the other, it may take it for gone: no patience helps.
 *
 * Beats and generations are not counted. What a tick has read is marked as overtaken once it is written anew, which is all
 * that a condition asks. So nothing here is bounded. A tick that sees the other well is one that dies after its beat.
 */

#define OTHER(r) (1 - (r))
#define TICK(r, k) (2 * (r) + (k))

/* Whether a Region is recorded as lost, by each Region's copy of the table: one and the same, unless M_WITNESS lets a
 * Region that is cut off read and write its own. */
#define LOST(copy, r) lost[2 * (copy) + (r)]
bool lost[4], cut_off[2];

#define IDLE 0
#define LOOKED 1
#define READ_OWN 2
#define BEATEN 3
byte at[4];
/* Whether what was read still stands: of the other, its beat and its generation; of its own, the beat. */
bool beat_stands[4], generation_stands[4], own_beat_stands[4];
bool person_looks[2], person_stands[2];

#ifdef M_WITNESS
#define REACHES(r) true
#define SHARED(r) (!cut_off[r] && !cut_off[OTHER(r)])
#else
#define REACHES(r) !cut_off[r]
#define SHARED(r) true
#endif
#ifdef M_BEAT
#define NOT_HEARD_SINCE(t) true
#else
#define NOT_HEARD_SINCE(t) beat_stands[t]
#endif
#ifdef M_GENERATION
#define NOT_CHANGED_SINCE(t) true
#else
#define NOT_CHANGED_SINCE(t) generation_stands[t]
#endif
#ifdef M_OWN_BEAT
#define NO_OTHER_TICK_SINCE(t) true
#else
#define NO_OTHER_TICK_SINCE(t) own_beat_stands[t]
#endif
#ifdef M_OWN_LOST
#define MAY_LEAD(r) true
#else
#define MAY_LEAD(r) !LOST(r, r)
#endif
#ifdef M_PERSON
#define PERSON_STANDS(r) true
#else
#define PERSON_STANDS(r) person_stands[r]
#endif
/* The other is read before the own beat; M_ORDER reads it after. */
#ifdef M_ORDER
#define FIRST(r, k)
#define AFTER_BEAT(r, k) :: d_step { REACHES(r) && at[TICK(r, k)] == BEATEN -> LOOK(r, k) }
#else
#define FIRST(r, k) LOOK(r, k)
#define AFTER_BEAT(r, k)
#endif

#define PROPERTY(number, holds) assert(number * (holds))
#define ONE_LEADER PROPERTY(1, !(LOST(0, 1) && LOST(1, 0)))
#define UNHEARD(t) PROPERTY(2, beat_stands[t])
#define NOT_UNDONE(stands) PROPERTY(3, stands)
#define ONE_BEAT(t) PROPERTY(4, own_beat_stands[t])

#define LOOK(r, k) beat_stands[TICK(r, k)] = true; generation_stands[TICK(r, k)] = true
#define FORGET(r, k) \
  at[TICK(r, k)] = IDLE; beat_stands[TICK(r, k)] = false; generation_stands[TICK(r, k)] = false; \
  own_beat_stands[TICK(r, k)] = false
#define HEARD(r) \
  own_beat_stands[TICK(r, 0)] = false; own_beat_stands[TICK(r, 1)] = false; \
  if :: SHARED(r) -> beat_stands[TICK(OTHER(r), 0)] = false; beat_stands[TICK(OTHER(r), 1)] = false :: else fi
#define CHANGED(r) \
  generation_stands[TICK(OTHER(r), 0)] = false; generation_stands[TICK(OTHER(r), 1)] = false; person_stands[r] = false

#define TICKS(r, k) \
  :: d_step { REACHES(r) && at[TICK(r, k)] == IDLE -> at[TICK(r, k)] = LOOKED; FIRST(r, k) } \
  :: d_step { REACHES(r) && at[TICK(r, k)] == LOOKED -> at[TICK(r, k)] = READ_OWN; own_beat_stands[TICK(r, k)] = true } \
  :: d_step { REACHES(r) && at[TICK(r, k)] == READ_OWN && NO_OTHER_TICK_SINCE(TICK(r, k)) -> \
      ONE_BEAT(TICK(r, k)); HEARD(r); \
      if :: MAY_LEAD(r) -> at[TICK(r, k)] = BEATEN :: else -> FORGET(r, k) fi } \
  :: d_step { REACHES(r) && at[TICK(r, k)] == BEATEN && NOT_HEARD_SINCE(TICK(r, k)) && NOT_CHANGED_SINCE(TICK(r, k)) -> \
      UNHEARD(TICK(r, k)); NOT_UNDONE(generation_stands[TICK(r, k)]); FORGET(r, k); CHANGED(OTHER(r)); \
      LOST(r, OTHER(r)) = true; \
      if :: SHARED(r) -> LOST(OTHER(r), OTHER(r)) = true :: else fi; \
      ONE_LEADER } \
  AFTER_BEAT(r, k) \
  /* it is refused, or dies, anywhere */ \
  :: d_step { at[TICK(r, k)] != IDLE -> FORGET(r, k) }

/* The person reads the record, and writes it on condition that it still stands. */
#define PERSON(r) \
  :: d_step { !person_looks[r] && !cut_off[r] && LOST(r, r) -> person_looks[r] = true; person_stands[r] = true } \
  :: d_step { person_looks[r] && !cut_off[r] && PERSON_STANDS(r) -> \
      NOT_UNDONE(person_stands[r]); person_looks[r] = false; CHANGED(r); LOST(r, r) = false; \
      if :: SHARED(r) -> LOST(OTHER(r), r) = false :: else fi } \
  :: d_step { person_looks[r] -> person_looks[r] = false; person_stands[r] = false }

active proctype regions() {
end:
  do
  TICKS(0, 0)
  TICKS(0, 1)
  TICKS(1, 0)
  TICKS(1, 1)
  PERSON(0)
  PERSON(1)
  :: d_step { !cut_off[0] -> cut_off[0] = true }
  :: d_step { !cut_off[1] -> cut_off[1] = true }
  :: d_step { cut_off[0] -> cut_off[0] = false }
  :: d_step { cut_off[1] -> cut_off[1] = false }
  od
}
