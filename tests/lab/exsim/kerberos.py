"""Kerberos as a server sees it, by MIT's library and the key of the service
that the domain controller has."""
import os

import gssapi
from gssapi.raw import ChannelBindings

from company import dc
from .ntlmssp import Refused

CHANNEL_BOUND = 2048		# GSS_C_CHANNEL_BOUND_FLAG


class Kerberos:
    def __init__(self):
        # Several labs, each with its own clients: none is a replay of
        # another, and there is no directory for a cache of them.
        os.environ["KRB5RCACHENAME"] = "none:"
        self.creds = gssapi.Credentials(
            usage="accept", store={"keytab": dc.KEYTAB})

    def accept(self, raw, binding, require):
        """(user, whether it is bound to the channel, token to send back).
        binding: None where nobody asks for it."""
        bindings = None if binding is None else \
            ChannelBindings(application_data=binding)
        context = gssapi.SecurityContext(
            creds=self.creds, usage="accept", channel_bindings=bindings)
        try:
            token = context.step(raw)
            done = context.complete	# may raise what step kept back
        except gssapi.exceptions.BadChannelBindingsError:
            raise Refused("binding")
        except gssapi.exceptions.GSSError as e:
            raise Refused("kerberos: %s" % e)
        if not done:
            raise Refused("kerberos: more steps are wanted")
        user, _, realm = str(context.initiator_name).rpartition("@")
        bound = bool(int(context.actual_flags) & CHANNEL_BOUND)
        if require and not bound:
            raise Refused("binding-missing")
        return "%s@%s" % (user, realm.lower()), bound, token
