"""The lessons' registers as they are sealed: the SQL that gives each row as one text, by day.

They are sealed by day where the statutory ones are by session; a day's number is that of rules.seal.day_number. The
columns, and what stands in a text, are as registers.queries.seal says of the others.
"""

from collections.abc import Mapping
from typing import Final

from registers.rules.seal import Kind

_MARKS: Final = """
SELECT coalesce(r.date, 'epoch') - DATE '2000-01-01', m.id, 'pupil ' || m.pupil_id,
    (extract(epoch FROM m.received_at) * 1000000)::bigint,
    CASE WHEN a.id IS NULL THEN
        ROW(m.id, m.pupil_id, m.register_id, m.code, m.minutes_late, m.place, extract(epoch FROM m.until_at), m.comment,
            m.source, m.made_by_id, m.made_by_name, m.made_by_role, extract(epoch FROM m.made_at),
            extract(epoch FROM m.received_at))::text
    ELSE
        ROW(m.id, m.pupil_id, m.register_id, a.original_code, a.original_minutes_late, a.original_place,
            extract(epoch FROM a.original_until_at), a.original_comment, m.source, m.made_by_id, m.made_by_name,
            m.made_by_role, extract(epoch FROM m.made_at), extract(epoch FROM m.received_at))::text
    END,
    coalesce(r.date, 'epoch'), ''
FROM registers_lessonmark m LEFT JOIN registers_lessonregister r ON r.id = m.register_id
    LEFT JOIN registers_lessonmarkamendment a ON a.mark_id = m.id AND a.number = 1
WHERE :which ORDER BY 1, m.id
"""
_AMENDMENTS: Final = """
SELECT coalesce(r.date, 'epoch') - DATE '2000-01-01', a.id, 'of lesson mark ' || a.mark_id,
    (extract(epoch FROM a.received_at) * 1000000)::bigint,
    ROW(a.id, a.mark_id, a.number, a.kind, a.original_code, a.original_minutes_late, a.original_place,
        extract(epoch FROM a.original_until_at), a.original_comment, a.amended_code, a.amended_minutes_late,
        a.amended_place, extract(epoch FROM a.amended_until_at), a.amended_comment, a.reason, a.source,
        a.amended_by_id, a.amended_by_name, a.amended_by_role, extract(epoch FROM a.made_at),
        extract(epoch FROM a.received_at))::text,
    coalesce(r.date, 'epoch'), ''
FROM registers_lessonmarkamendment a LEFT JOIN registers_lessonmark m ON m.id = a.mark_id
    LEFT JOIN registers_lessonregister r ON r.id = m.register_id
WHERE :which ORDER BY 1, a.id
"""
_REGISTERS: Final = """
SELECT r.date - DATE '2000-01-01', r.id, 'lesson ' || r.lesson_id, NULL::bigint,
    ROW(r.id, r.lesson_id, r.date - DATE '2000-01-01', extract(epoch FROM r.starts_at), extract(epoch FROM r.ends_at),
        extract(epoch FROM r.opened_at))::text,
    r.date, ''
FROM registers_lessonregister r WHERE :which ORDER BY 1, r.id
"""
_FINISHES: Final = """
SELECT r.date - DATE '2000-01-01', r.id, 'lesson ' || r.lesson_id, NULL::bigint,
    ROW(r.id, r.finished_by_id, extract(epoch FROM r.finished_at))::text, r.date, ''
FROM registers_lessonregister r WHERE r.finished_at IS NOT NULL AND :which ORDER BY 1, r.id
"""
ROWS: Final[Mapping[Kind, str]] = {
    Kind.LESSON_MARK: _MARKS,
    Kind.LESSON_AMENDMENT: _AMENDMENTS,
    Kind.LESSON_REGISTER: _REGISTERS,
    Kind.LESSON_FINISH: _FINISHES,
}
NEW: Final[Mapping[Kind, str]] = {
    Kind.LESSON_MARK: "m.id > %(after)s AND m.id <= %(last)s AND r.id IS NOT NULL",
    Kind.LESSON_AMENDMENT: "a.id > %(after)s AND a.id <= %(last)s AND r.id IS NOT NULL",
    Kind.LESSON_REGISTER: "r.id NOT IN (SELECT unnest(ids) FROM registers_sealedrows WHERE kind = 'lesson register')",
    Kind.LESSON_FINISH: "r.id NOT IN (SELECT unnest(ids) FROM registers_sealedrows WHERE kind = 'lesson finish')",
}
# As the statutory chain: where a mark is not what its last amendment made it, or one does not begin where the one
# before it ended.
CHAIN: Final = """
WITH steps AS (
    SELECT a.mark_id, a.id, a.number,
        row_number() OVER each AS place,
        ROW(a.original_code, a.original_minutes_late, a.original_place, a.original_until_at,
            a.original_comment)::text AS began,
        lag(ROW(a.amended_code, a.amended_minutes_late, a.amended_place, a.amended_until_at,
            a.amended_comment)::text) OVER each AS ended,
        ROW(a.amended_code, a.amended_minutes_late, a.amended_place, a.amended_until_at,
            a.amended_comment)::text AS says,
        count(*) OVER (PARTITION BY a.mark_id) AS changes
    FROM registers_lessonmarkamendment a WINDOW each AS (PARTITION BY a.mark_id ORDER BY a.number, a.id)
)
SELECT 'lesson amendment ' || steps.id, 'lessons of ' || r.date || ', lesson mark ' || m.id || ', pupil ' || m.pupil_id,
    CASE WHEN m.id IS NULL THEN 'is of lesson mark ' || steps.mark_id || ', which is not there'
         ELSE 'does not follow from the one before' END
FROM steps LEFT JOIN registers_lessonmark m ON m.id = steps.mark_id
    LEFT JOIN registers_lessonregister r ON r.id = m.register_id
WHERE m.id IS NULL OR steps.number <> steps.place OR steps.began <> steps.ended
UNION ALL
SELECT 'lesson mark ' || m.id, 'lessons of ' || r.date || ', pupil ' || m.pupil_id, 'is not what its amendments make it'
FROM registers_lessonmark m LEFT JOIN steps ON steps.mark_id = m.id AND steps.place = steps.changes
    LEFT JOIN registers_lessonregister r ON r.id = m.register_id
WHERE m.changes <> coalesce(steps.changes, 0)
    OR steps.says <> ROW(m.code, m.minutes_late, m.place, m.until_at, m.comment)::text
"""
