"""What tests may tell the conferencing services, and ask them; routes of the
control interface (exsim/control.py)."""
from exsim.control import route


@route("GET", "/webex", "what is booked, who is a member, every request, and "
       "what the API's description does not allow")
def webex(app, q, body):
    return app.webex.state()


@route("POST", "/webex", "life_s, refresh_life_s, rotates, scopes, "
       "says_scopes: how it grants tokens")
def webex_set(app, q, body):
    app.webex.configure(body)


@route("POST", "/webex/fault", "method, path, status, retry_after, times, "
       "delay_s; status 0: hangs up, with done: true after the deed; holds: "
       "says yes and keeps these fields; lies: true, and shows the others")
def webex_fault(app, q, body):
    app.webex.misbehave(body)


@route("POST", "/webex/tokens", "ends all access tokens; refresh: true, the "
       "refresh tokens as well")
def webex_tokens(app, q, body):
    app.webex.forget_tokens(body.get("refresh", False))


@route("POST", "/webex/person", "email, room: false takes the Personal Room")
def webex_person(app, q, body):
    who = body["email"].lower()
    if body.get("room", True):
        app.webex.no_room.discard(who)
    else:
        app.webex.no_room.add(who)


@route("POST", "/webex/reset", "first settings, nothing is booked")
def webex_reset(app, q, body):
    app.webex.reset()


@route("GET", "/cms", "spaces, every request, and what the API does not know")
def cms(app, q, body):
    return app.cms.state()


@route("POST", "/cms/fault", "method, status, times; status 0: hangs up, with "
       "done: true after the deed; holds: says yes and keeps these fields")
def cms_fault(app, q, body):
    app.cms.misbehave(body)


@route("POST", "/cms/reset", "no spaces, no faults")
def cms_reset(app, q, body):
    app.cms.reset()


@route("GET", "/device", "?name=device1: its bookings, every list that it was "
       "sent, and what its schema does not allow")
def device(app, q, body):
    return app.devices[q.get("name", "device1")].state()


@route("POST", "/device", "name, password: of its one account")
def device_set(app, q, body):
    app.devices[body.get("name", "device1")].password = body["password"]


@route("POST", "/device/fault", "name, path, status, times, page: true for a "
       "page for people; status 0: hangs up")
def device_fault(app, q, body):
    app.devices[body.get("name", "device1")].misbehave(body)


@route("POST", "/device/reset", "name: no bookings, no faults")
def device_reset(app, q, body):
    app.devices[body.get("name", "device1")].reset()


@route("GET", "/tms", "what is booked, every operation, what the interface "
       "description does not allow, who signed in")
def tms(app, q, body):
    return app.tms.state()


@route("POST", "/tms", "version, may_book_for_others, sees_rooms, schemes")
def tms_set(app, q, body):
    app.tms.configure(body)


@route("POST", "/tms/fault", "op, code and text or status or hangs_up: true, "
       "times; done: true after the deed; holds: says yes and keeps these "
       "fields; lies: true, and shows the others")
def tms_fault(app, q, body):
    app.tms.misbehave(body)


@route("POST", "/tms/sessions", "ends all client sessions")
def tms_sessions(app, q, body):
    app.tms.sessions.clear()


@route("POST", "/tms/reset", "first settings, nothing is booked")
def tms_reset(app, q, body):
    app.tms.reset()
