"""Changed jobs by the thousand, with labels by construction: a check on the state verdict beyond what people think of.

A seed is a job: the old side of each case of the corpus of changes, and each job of the example. An operator knows
where an edit applies, makes it, and says what it does to state and why, from the SQL alone and without a look at the
verdict. Where that is not certain, it makes no edit. The pipeline is the list of files: script (a job and the places
in it), places (which state is there, which columns are free), wording, running, behind, aggregates, windows, tables
(the operators), pairs, judging, export, and `python -m mutations`.

Not made, for the label would not be certain: other formats and start positions of a source, smaller windows over the
same slices, narrower frames and intervals, a smaller Top-N, other kinds of interval and temporal joins, swapped sides.
Hints on sources are not made either: a compiled plan forgets them, and millstream refuses them.
"""
