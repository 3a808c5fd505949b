<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li aria-current="page">Connector Proxy</li></ol></nav>
<div class="head"><div><h1>Connector Proxy</h1><p class="muted"><?cs if:P.records == "0" ?>No Exchange record goes through a proxy.<?cs elif:P.records == "1" ?>1 Exchange record says that it needs a proxy.<?cs else ?><?cs var:P.records ?> Exchange records say that they need a proxy.<?cs /if ?> All others go to their servers directly.<?cs if:P.changed ?> Last changed <?cs var:P.changed ?> by <?cs var:P.changed_by ?>.<?cs /if ?></p></div></div>
<div class="stack wide">
<?cs call:summary() ?><?cs call:conflict() ?><?cs if:P.cleared ?><?cs call:saved("Cleared") ?><?cs else ?><?cs call:saved("Saved") ?><?cs /if ?><?cs if:!P.is_set ?><?cs if:P.records != "0" ?><section class="note warn" aria-labelledby="np"><svg class="ic" aria-hidden="true"><use href="#i-warn"/></svg><div><h2 id="np">No proxy is set</h2><p>The records that need one reach no server until it is.</p></div></section>
<?cs /if ?><?cs /if ?><form method="post" action="/connector-proxy" class="card" aria-labelledby="px" novalidate><?cs call:csrf() ?><input type="hidden" name="rev" value="<?cs var:P.rev ?>">
<h2 id="px">Proxy</h2>
<?cs call:text("proxy", "host", "text", "ltr", "1") ?><?cs call:text("proxy", "port", "text", "ltr", "1") ?><?cs call:text("proxy", "account", "text", "ltr", "") ?><div class="f<?cs if:P.f.password.error ?> bad-f<?cs /if ?>"><label class="lab" for="password"><?cs var:S.set.proxy.password.label ?></label>
<div><input class="in" id="password" name="password" type="password" dir="ltr"<?cs if:P.f.password.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("password") ?> autocomplete="new-password"<?cs if:!P.can_write ?> readonly<?cs /if ?>>
<?cs call:error_of("password") ?><p class="help" id="password-h"><?cs if:P.has_password ?>One is stored<?cs if:P.password_set ?> since <?cs var:P.password_set ?><?cs /if ?>; leave this empty to keep it. <?cs /if ?><?cs var:S.set.proxy.password.help ?></p></div></div>
<div class="f<?cs if:P.f.target.error ?> bad-f<?cs /if ?>"><label class="lab" for="target">Server to test with</label>
<div><input class="in" id="target" name="target" type="text" dir="ltr" value="<?cs var:P.f.target.value ?>"<?cs if:P.f.target.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("target") ?> autocomplete="off" spellcheck="false"<?cs if:!P.can_write ?> readonly<?cs /if ?>>
<?cs call:error_of("target") ?><p class="help" id="target-h">A server behind the proxy, such as your Exchange. No port means 443. It is asked without credentials.</p></div></div>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="test">Save and test</button><button class="btn" name="do" value="save">Save</button><?cs if:P.is_set ?><a class="lk err" href="/connector-proxy/delete">Have no proxy…</a><?cs /if ?></div>
<?cs /if ?></form>
</div>
<?cs include:"foot.cs" ?>
