"""Registers beside each other, and what each of the five policies comes to.

The stages and their days were read off a run of the rules, then checked by hand against the policies at the edges that
each register's name speaks of. They hold the rules to what they then said; they do not derive it a second time.
"""

# A register in one line (registers.days_of), and what each policy comes to: "stage n" is a stage on its nth school day.
SINCE_THE_NEW_LAW = {
    "exactly 96 percent is not below 96": (
        "96.4C",
        {"aspire": "signed_letter 100", "wigston": "tutor 98, welfare_check 99"},
    ),
    "95.9 percent is below 96": (
        "94.4C",
        {"aspire": "signed_letter 98", "advance": "a1 98", "wigston": "tutor 96, welfare_check 97"},
    ),
    "95.1 percent is above 95": (
        "97.5C",
        {"aspire": "signed_letter 101", "advance": "a1 102", "wigston": "tutor 99, welfare_check 100"},
    ),
    "exactly 95 percent is stage two and not below 95": (
        "95.5C",
        {
            "aspire": "signed_letter 99",
            "advance": "a1 99",
            "wigston": "tutor 97, welfare_check 98, stage_two 100",
        },
    ),
    "exactly 92 percent needs no clinic": (
        "92.8C",
        {
            "aspire": "signed_letter 96",
            "advance": "a1 96",
            "wigston": "tutor 94, welfare_check 95, stage_one 97, stage_two 97",
            "john_taylor": "day_six 98, over_five_days 98",
        },
    ),
    "91.9 percent needs a clinic": (
        "91.8C",
        {
            "aspire": "signed_letter 95",
            "advance": "a1 95",
            "wigston": "tutor 93, welfare_check 94, stage_one 96, stage_two 96, clinic 99",
            "john_taylor": "day_six 97, over_five_days 97",
        },
    ),
    "exactly 90 percent is persistent by law, and not below 90": (
        "90.10C",
        {
            "aspire": "signed_letter 94, persistent 100",
            "advance": "a1 94, third_letter 100",
            "wigston": "tutor 92, welfare_check 93, stage_one 95, stage_two 95, clinic 98",
            "hertfordshire": "persistent 100",
            "john_taylor": "day_six 96, over_five_days 96, persistent 100",
        },
    ),
    "89.9 percent is below 90": (
        "89.10C",
        {
            "aspire": "signed_letter 93, persistent 99",
            "advance": "a1 93, third_letter 99, formal_meeting 99",
            "wigston": "tutor 91, welfare_check 92, stage_one 94, stage_two 94, clinic 97, stage_three 99",
            "hertfordshire": "persistent 99",
            "john_taylor": "day_six 95, over_five_days 95, persistent 99",
        },
    ),
    "exactly 85 percent is not below 85": (
        "85.15C",
        {
            "aspire": "signed_letter 89, persistent 95",
            "advance": "a1 89, third_letter 95, formal_meeting 95",
            "wigston": "tutor 87, welfare_check 88, stage_one 90, stage_two 90, clinic 93, stage_three 95",
            "hertfordshire": "persistent 95",
            "john_taylor": "day_six 91, over_five_days 91, persistent 95",
        },
    ),
    "84.8 percent is below 85": (
        "84.15C",
        {
            "aspire": "signed_letter 88, persistent 94, formal_meeting 99",
            "advance": "a1 88, third_letter 94, formal_meeting 94",
            "wigston": "tutor 86, welfare_check 87, stage_one 89, stage_two 89, clinic 92, stage_three 94",
            "hertfordshire": "persistent 94",
            "john_taylor": "day_six 90, over_five_days 90, persistent 94",
        },
    ),
    "exactly 75 percent is neglect to be considered": (
        "75.25C",
        {
            "aspire": "signed_letter 79, persistent 84, formal_meeting 89",
            "advance": "a1 79, third_letter 84, formal_meeting 84",
            "wigston": "tutor 77, welfare_check 78, stage_one 79, stage_two 79, clinic 82, stage_three 84",
            "hertfordshire": "persistent 84",
            "john_taylor": "day_six 81, over_five_days 81, persistent 84, neglect 100",
        },
    ),
    "75.2 percent is not": (
        "76.25C",
        {
            "aspire": "signed_letter 80, persistent 85, formal_meeting 90",
            "advance": "a1 80, third_letter 85, formal_meeting 85",
            "wigston": "tutor 78, welfare_check 79, stage_two 80, clinic 83, stage_three 85",
            "hertfordshire": "persistent 85",
            "john_taylor": "day_six 82, over_five_days 82, persistent 85",
        },
    ),
    "exactly half missed is severe, and six weeks and four weeks have passed": (
        "50.50C",
        {
            "aspire": "signed_letter 54, persistent 56, formal_meeting 59, severe 100",
            "advance": "a1 53, third_letter 56, formal_meeting 56, legal_review 86, severe 100",
            "wigston": "tutor 52, welfare_check 53, stage_one 53, stage_two 53, clinic 55, stage_three 56, "
            "stage_four 76",
            "hertfordshire": "persistent 56",
            "john_taylor": "day_six 56, over_five_days 56, persistent 56, neglect 67, severe 100",
        },
    ),
    "49 percent missed is not severe": (
        "51.49C",
        {
            "aspire": "signed_letter 55, persistent 57, formal_meeting 61",
            "advance": "a1 54, third_letter 57, formal_meeting 57, legal_review 87",
            "wigston": "tutor 53, welfare_check 54, stage_one 54, stage_two 54, clinic 56, stage_three 57, "
            "stage_four 77",
            "hertfordshire": "persistent 57",
            "john_taylor": "day_six 57, over_five_days 57, persistent 57, neglect 68",
        },
    ),
    "two unplanned days in a row are not three": (
        "40.2I.",
        {"advance": "a1 42", "wigston": "tutor 41"},
    ),
    "two unplanned days and a morning are not three": (
        "40.2Ii",
        {"advance": "a1 42", "wigston": "tutor 41, stage_one 43, stage_two 43"},
    ),
    "the third unplanned day in a row": (
        "40.3I",
        {"advance": "a1 42", "wigston": "tutor 41, welfare_check 43, stage_one 43, stage_two 43"},
    ),
    "the third day off within 21 days": (
        "20.C 6.C 6.C",
        {"advance": "a1 21", "wigston": "tutor 21, stage_one 28, stage_two 28, welfare_check 35, clinic 35"},
    ),
    "the third day off on the 22nd day": (
        "20.C 6.C 7.C",
        {"advance": "a1 21", "wigston": "tutor 21, stage_one 28, stage_two 28, clinic 36"},
    ),
    "ten days off in a term, never four in a row": (
        "20.3C. 3C. 3C. C",
        {
            "aspire": "persistent 23, formal_meeting 25",
            "advance": "a1 21, third_letter 23, formal_meeting 23",
            "wigston": "tutor 21, clinic 22, welfare_check 23, stage_three 23",
            "hertfordshire": "persistent 23",
            "john_taylor": "persistent 23, over_five_days 27, neglect 30",
        },
    ),
    "eleven days off in a term": (
        "20.3C. 3C. 3C. C.C",
        {
            "aspire": "persistent 23, formal_meeting 25, signed_letter 35",
            "advance": "a1 21, third_letter 23, formal_meeting 23",
            "wigston": "tutor 21, clinic 22, welfare_check 23, stage_three 23",
            "hertfordshire": "persistent 23",
            "john_taylor": "persistent 23, over_five_days 27, neglect 30",
        },
    ),
    "eleven days off in two terms": (
        "66.3C. 3C. C 10- 59.3C. C",
        {
            "advance": "a1 69",
            "wigston": "tutor 68, welfare_check 69, stage_one 71, stage_two 71, clinic 73",
            "john_taylor": "over_five_days 73",
        },
    ),
    "one day without a reason": (
        "40.N",
        {"wigston": "tutor 41", "john_taylor": "day_one 41"},
    ),
    "three days without a reason, in the first week": (
        "3N",
        {"wigston": "welfare_check 3", "john_taylor": "day_one 1, day_three 3"},
    ),
    "four days of illness": (
        "40.4I",
        {
            "aspire": "signed_letter 44",
            "advance": "a1 42",
            "wigston": "tutor 41, welfare_check 43, stage_one 43, stage_two 43, clinic 44",
            "john_taylor": "day_four_illness 44",
        },
    ),
    "six days of illness": (
        "40.6I",
        {
            "aspire": "signed_letter 44, persistent 45",
            "advance": "a1 42, third_letter 45, formal_meeting 45",
            "wigston": "tutor 41, welfare_check 43, stage_one 43, stage_two 43, clinic 44, stage_three 45",
            "hertfordshire": "persistent 45",
            "john_taylor": "day_four_illness 44, evidence 45, suspected_leave 45, persistent 45, day_six 46, "
            "over_five_days 46",
        },
    ),
    "ten sessions without leave in ten school weeks, a holiday aside": (
        "20.4O. 5- 40.O",
        {
            "aspire": "persistent 23, signed_letter 24, formal_meeting 24",
            "advance": "a1 21, third_letter 23, formal_meeting 23",
            "wigston": "tutor 21, clinic 22, welfare_check 23, stage_three 23, stage_four 38",
            "hertfordshire": "persistent 23, fixed_penalty 66",
            "john_taylor": "persistent 23, penalty_notice 66",
        },
    ),
    "nine sessions without leave in ten school weeks": (
        "20.4O. 5- 40.o",
        {
            "aspire": "persistent 23, signed_letter 24, formal_meeting 24",
            "advance": "a1 21, third_letter 23, formal_meeting 23",
            "wigston": "tutor 21, clinic 22, welfare_check 23, stage_three 23, stage_four 38",
            "hertfordshire": "persistent 23",
            "john_taylor": "persistent 23",
        },
    ),
    "ten sessions without leave in eleven school weeks": (
        "20.4O. 5- 45.O",
        {
            "aspire": "persistent 23, signed_letter 24, formal_meeting 24",
            "advance": "a1 21, third_letter 23, formal_meeting 23",
            "wigston": "tutor 21, clinic 22, welfare_check 23, stage_three 23, stage_four 38",
            "hertfordshire": "persistent 23",
            "john_taylor": "persistent 23",
        },
    ),
    "one absence in the first five days leads to nothing but a call": (
        "4.I",
        {},
    ),
    "a term after persistent absence, and it lasts": (
        "20.3C. 3C. 3C. C 42. 10- 23.",
        {
            "aspire": "persistent 23, formal_meeting 25, legal_review 98",
            "advance": "a1 21, third_letter 23, formal_meeting 23, legal_review 53",
            "wigston": "tutor 21, clinic 22, welfare_check 23, stage_three 23, stage_four 43",
            "hertfordshire": "persistent 23",
            "john_taylor": "persistent 23, over_five_days 27, neglect 30",
        },
    ),
}
UNDER_THE_OLD_LAW = {
    "exactly 90 percent was not below 90": (
        "90.10C",
        {"aspire": "signed_letter 94, persistent 100", "advance": "a1 94"},
    ),
    "exactly half missed was not over half": (
        "50.50C",
        {
            "aspire": "signed_letter 54, persistent 56, formal_meeting 59",
            "advance": "a1 53, third_letter 56, formal_meeting 56, legal_review 86",
            "hertfordshire": "persistent 56",
        },
    ),
    "50.5 percent missed was": (
        "49.50C",
        {
            "aspire": "signed_letter 53, persistent 55, formal_meeting 58, severe 99",
            "advance": "a1 52, third_letter 55, formal_meeting 55, legal_review 85, severe 99",
            "hertfordshire": "persistent 55",
        },
    ),
    "ten in ten weeks was nobody's line": (
        "20.4O. 5- 40.O",
        {
            "aspire": "persistent 23, signed_letter 24, formal_meeting 24",
            "advance": "a1 21, third_letter 23, formal_meeting 23",
            "hertfordshire": "persistent 23",
        },
    ),
    "15 sessions without leave in two terms": (
        "71.4O 10- 61.3Oo",
        {
            "aspire": "signed_letter 75",
            "advance": "a1 74",
            "hertfordshire": "fixed_penalty 140",
        },
    ),
    "14 sessions without leave in two terms": (
        "71.4O 10- 61.3O.",
        {"aspire": "signed_letter 75", "advance": "a1 74"},
    ),
    "15 sessions without leave in three terms": (
        "71.4O 10- 65. 10- 61.3Oo",
        {"aspire": "signed_letter 75", "advance": "a1 74"},
    ),
}
