/* own_fault.h - the evidence of what failed on this side of the network: no
 * worker runs, the manager does not open a password.
 * Engine.  Whoever reads it need not know from where it came: as in evidence
 * that a net worker sent, no text is missing. */
#ifndef OWN_FAULT_H
#define OWN_FAULT_H

struct msg_evidence;

/* failure: row of failure.def, "": nothing failed.  msg_evidence_free(). */
void own_fault_fill(
    struct msg_evidence *out, const char *failure, const char *detail);

#endif
