<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/exchange">Microsoft Exchange Configuration</a></li><li aria-current="page" class="any"><?cs if:P.is_new ?>New<?cs else ?><?cs var:P.title ?><?cs /if ?></li></ol></nav>
<div class="head"><div><h1 class="any"><?cs var:P.title ?></h1><?cs if:!P.is_new ?>
<p class="muted row"><span><?cs if:P.tested ?>Test passed <?cs var:P.tested ?><?cs else ?>Not tested<?cs /if ?></span><span><a href="/exchange/test?id=<?cs var:P.id ?>">Test this record</a></span><span>Last changed <?cs var:P.changed ?> by <?cs var:P.changed_by ?></span></p><?cs /if ?></div></div>
<div class="stack wide">
<?cs call:summary() ?><?cs call:conflict() ?><?cs call:saved("Saved") ?><form method="post" action="/exchange/edit" class="card" aria-label="Exchange server settings" novalidate><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>"><input type="hidden" name="rev" value="<?cs var:P.rev ?>"><input type="hidden" name="draft" value="<?cs var:P.draft ?>">
<fieldset class="set"><legend>Service account</legend>
<div>
<?cs call:text("exchange", "account", "text", "ltr", "1") ?><div class="f<?cs if:P.f.password.error ?> bad-f<?cs /if ?>">
<label class="lab" for="password"><?cs var:S.set.exchange.password.label ?><span class="req" aria-hidden="true"> *</span></label>
<div><?cs if:P.can_write ?><input class="in" dir="ltr" id="password" name="password" type="password" value=""<?cs if:P.f.password.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("password") ?> autocomplete="new-password">
<?cs call:error_of("password") ?><?cs /if ?><p class="help" id="password-h"><?cs if:P.has_password ?>A password is stored sealed; leave empty to keep it. Nobody can read it back.<?cs else ?><?cs var:S.set.exchange.password.help ?><?cs /if ?><?cs if:P.password_age ?> It was <?cs var:P.password_age ?>.<?cs /if ?></p></div>
</div>
<?cs call:text("exchange", "password_max_days", "text", "ltr", "") ?><?cs if:P.id ?><p class="row"><a class="<?cs if:P.can_write ?>btn<?cs else ?>lk<?cs /if ?>" href="/exchange/rotate?id=<?cs var:P.id ?>">Change the service account</a><?cs if:P.next_account ?><span class="st"><svg class="ic" aria-hidden="true"><use href="#i-wait"/></svg><span class="any"><?cs var:P.next_account ?></span> waits to be taken</span><?cs /if ?></p>
<?cs /if ?></div></fieldset>
<fieldset class="set"><legend>Exchange server</legend>
<div>
<?cs call:text("exchange", "display_name", "text", "auto", "1") ?><?cs call:pair("exchange", "type", "onprem", "Exchange On-Premises", "office365", "Office365") ?><?cs call:pair("exchange", "use_proxy", "yes", "Yes", "no", "No") ?><?cs call:pair("exchange", "enabled", "yes", "Yes", "no", "No") ?><fieldset class="f<?cs if:P.f.auth_ntlm.error ?> bad-f<?cs elif:P.f.auth_kerberos.error ?> bad-f<?cs elif:P.f.auth_basic.error ?> bad-f<?cs /if ?>" aria-describedby="<?cs if:P.f.auth_ntlm.error ?>auth_ntlm-e <?cs /if ?><?cs if:P.f.auth_kerberos.error ?>auth_kerberos-e <?cs /if ?><?cs if:P.f.auth_basic.error ?>auth_basic-e <?cs /if ?>auth-h">
<legend><span class="lab">Authentication Type</span></legend>
<div><label class="ch"><input type="checkbox" name="auth_kerberos" id="auth_kerberos" value="yes"<?cs if:P.f.auth_kerberos.value == "yes" ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>><?cs var:S.set.exchange.auth_kerberos.label ?></label><label class="ch"><input type="checkbox" name="auth_ntlm" id="auth_ntlm" value="yes"<?cs if:P.f.auth_ntlm.value == "yes" ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>><?cs var:S.set.exchange.auth_ntlm.label ?></label><label class="ch"><input type="checkbox" name="auth_basic" id="auth_basic" value="yes"<?cs if:P.f.auth_basic.value == "yes" ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>><?cs var:S.set.exchange.auth_basic.label ?></label>
<?cs call:error_of("auth_kerberos") ?><?cs call:error_of("auth_ntlm") ?><?cs call:error_of("auth_basic") ?><p class="help" id="auth-h"><?cs var:S.set.exchange.auth_ntlm.help ?> <?cs var:S.set.exchange.auth_kerberos.help ?> <?cs var:S.set.exchange.auth_basic.help ?></p></div>
</fieldset>
<?cs call:pair("exchange", "tls_verify", "yes", "On", "no", "Off") ?><?cs call:text("exchange", "scheduling_email", "email", "ltr", "") ?></div></fieldset>
<fieldset class="set"><legend>Discovery</legend>
<div>
<?cs call:pair("exchange", "discovery", "autodiscover", "Use Autodiscover", "direct", "Provide Exchange Address directly") ?><?cs call:text("exchange", "address", "text", "ltr", "") ?><?cs call:pair("exchange", "scp_enabled", "yes", "Yes", "no", "No") ?><?cs call:text("exchange", "ad_domain", "text", "ltr", "") ?><?cs call:text("exchange", "ad_site", "text", "ltr", "") ?><?cs call:text("exchange", "ad_server", "text", "ltr", "") ?><?cs call:three("exchange", "query_mode", "ldap", "ldap, signed and sealed", "starttls", "ldap with StartTLS", "ldaps", "ldaps") ?><?cs call:pair("exchange", "ldap_tls_verify", "yes", "On", "no", "Off") ?><p class="row"><a class="<?cs if:P.can_write ?>btn<?cs else ?>lk<?cs /if ?>" href="/trust-list">Configure Trust List</a><?cs if:P.trust_pending ?><span class="st warn"><svg class="ic" aria-hidden="true"><use href="#i-wait"/></svg><?cs if:P.trust_pending == "1" ?>1 redirect waits<?cs else ?><?cs var:P.trust_pending ?> redirects wait<?cs /if ?> for a decision</span><?cs /if ?></p></div></fieldset>
<fieldset class="set"><legend>Test mailbox</legend>
<div>
<?cs call:text("exchange", "email", "email", "ltr", "") ?></div></fieldset>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="test"><?cs if:P.is_new ?>Add<?cs else ?>Save and test<?cs /if ?></button><button class="btn" name="do" value="keep">Save without enabling</button><a class="lk" href="/exchange">Cancel</a><?cs if:P.id ?><a class="lk push err" href="/exchange/delete?id=<?cs var:P.id ?>">Delete this record…</a><?cs /if ?></div>
<?cs else ?><p class="acts muted">Your account may read these settings, not change them.</p><?cs /if ?></form>
<?cs if:P.any_past ?><section class="card flush" aria-labelledby="pt"><div class="row"><h2 id="pt">Newest test of each address</h2></div>
<?cs include:"report_past.cs" ?></section>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
