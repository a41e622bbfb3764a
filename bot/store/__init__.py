"""Tables, repositories and migrations; the only place that speaks SQL.

All of them stand on ``database`` (opens it and brings it up to date), ``tables``, ``clock`` and
``turns`` (the order in which rows are taken), and may look at what is below:

- questions: ``inbox`` (updates received), ``quotas`` (how many in a minute), ``buttons`` and
  ``recents``;
- digests: ``digests`` as their chats see them, ``digest_runs`` as whoever works on them does,
  ``claimed_digests``, ``digest_recovery``;
- alerts: ``alerts`` and ``watching`` in the same way, ``alert_rows``, ``muted``,
  ``unheard``, ``anew``; ``numbering`` is for both;
- what is sent: ``letters`` and their ``contents`` (``replies`` as text, ``uploads``) wait in the
  ``outbox``, several as one by ``gathering``, changed by ``summaries`` and ``waiting``; ``gates``
  let them pass at Telegram's pace, the ``ledger`` says what arrived; ``doubts``, ``dead_letters``
  and ``mail`` look at what did not;
- people and chats: ``rooms``, ``chats``, ``askers``, ``book``, ``memory``, ``personal``,
  ``forgetting``;
- processes: ``executors``, ``leases``, ``computations``, ``backlog`` and ``standing`` (counts),
  ``housekeeping``, ``copies``, ``soundness``, ``unreadable`` (by this version);
- prices: ``candles``, ``newest_prices``.
"""
