"""Arithmetic and pictures in processes of their own, which can be ended.

A ``workshop`` computes and draws; that of a terminal is a thread. ``workroom`` is the one of the
service: it lets quick work past slow work, each within its ``allowance``. ``staff`` knows the
workers, ``nursery`` the process that forks them, whose program is ``forking``. A ``worker`` does one
job after the other within its ``limits``, and draws with the ``pen``; jobs and what comes of them go
over the ``wire``.
"""
