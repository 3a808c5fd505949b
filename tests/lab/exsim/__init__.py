"""An Exchange server as far as calendars and their clients go.

main.py starts it, httpd.py speaks HTTP, ews.py and the ops_*.py answer the
operations, model.py holds mailboxes and items with their history, notify.py
the subscriptions, autodiscover.py Autodiscover, control.py and faults.py
what makes it misbehave, record.py keeps every request."""
