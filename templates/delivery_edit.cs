<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li><a href="/alarms">Alarms</a></li><li><a href="/alarm-delivery">Delivery</a></li><li aria-current="page"><?cs var:P.heading ?></li></ol></nav>
<div class="head"><div><h1><?cs if:P.channel == "presence" ?>Out-of-office webhook<?cs else ?>Alarms by <?cs if:P.channel == "webhook" ?>webhook<?cs elif:P.channel == "mail" ?>mail<?cs else ?>syslog<?cs /if ?><?cs /if ?></h1><p class="muted"><?cs if:P.now.on ?><?cs if:P.now.reason ?>It does not work: <?cs var:P.now.reason ?>.<?cs elif:P.now.sent ?>Last sent <?cs var:P.now.sent ?>.<?cs else ?>Nothing was sent yet.<?cs /if ?><?cs else ?>It is off.<?cs /if ?><?cs if:P.changed ?> Last changed <?cs var:P.changed ?> by <?cs var:P.changed_by ?>.<?cs /if ?></p></div></div>
<div class="stack wide">
<?cs call:summary() ?><?cs call:conflict() ?><form method="post" action="/alarm-delivery/edit" class="card" aria-labelledby="dv" novalidate><?cs call:csrf() ?><input type="hidden" name="channel" value="<?cs var:P.channel ?>"><input type="hidden" name="rev" value="<?cs var:P.rev ?>">
<h2 id="dv"><?cs var:P.heading ?></h2>
<?cs if:P.channel == "syslog" ?><?cs call:pair("syslog", "enabled", "yes", "Yes", "no", "No") ?><fieldset class="f<?cs if:P.f.transport.error ?> bad-f<?cs /if ?>"<?cs call:described("transport") ?>>
<legend><span class="lab"><?cs var:S.set.syslog.transport.label ?></span></legend>
<div><?cs call:radio("transport", "transport", "local", "This host") ?><?cs call:radio("transport", "transport-2", "udp", "UDP") ?><?cs call:radio("transport", "transport-3", "tcp", "TCP") ?><?cs call:radio("transport", "transport-4", "tls", "TLS") ?>
<?cs call:error_of("transport") ?><p class="help" id="transport-h"><?cs var:S.set.syslog.transport.help ?></p></div>
</fieldset>
<?cs call:text("syslog", "host", "text", "ltr", "") ?><?cs call:text("syslog", "port", "text", "ltr", "") ?><?cs elif:P.channel == "mail" ?><?cs call:pair("mail", "enabled", "yes", "Yes", "no", "No") ?><?cs call:text("mail", "host", "text", "ltr", "") ?><?cs call:text("mail", "port", "text", "ltr", "") ?><?cs call:pair("mail", "security", "starttls", "STARTTLS", "tls", "TLS") ?><?cs call:text("mail", "account", "text", "ltr", "") ?><?cs call:sealed("mail", "password") ?><?cs call:text("mail", "sender", "text", "ltr", "") ?><?cs call:text("mail", "recipients", "text", "ltr", "") ?><?cs else ?><?cs call:pair(P.channel, "enabled", "yes", "Yes", "no", "No") ?><?cs call:text(P.channel, "url", "text", "ltr", "") ?><?cs call:sealed(P.channel, "secret") ?><?cs call:pair(P.channel, "use_proxy", "yes", "Yes", "no", "No") ?><?cs /if ?>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="test">Save and send a test message</button><button class="btn" name="do" value="save">Save</button><a class="lk" href="/alarm-delivery">Cancel</a></div>
<?cs /if ?></form>
</div>
<?cs include:"foot.cs" ?>
