/** Conditions on `place.id`: only activities have a colon in theirs. */
export const IS_ACTIVITY = "strpos(id, ':') > 0";
export const IS_CHANNEL = "strpos(id, ':') = 0";
