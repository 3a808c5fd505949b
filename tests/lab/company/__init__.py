"""The company of the lab: names, addresses, people, and the servers that
nobody here wrote (Samba, Squid)."""
