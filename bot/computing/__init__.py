"""Arithmetic and pictures in processes of their own, which can be ended.

``workroom`` is what the rest of the bot sees; it lets quick work past slow work. ``staff`` knows
the workers, ``nursery`` the process that forks them, whose program is ``forking``. A ``worker``
does one job after the other within its ``limits``; jobs and what comes of them go over the ``wire``.
"""
