<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Maintenance</li><li>Security</li><li aria-current="page">Trusted CA certificate</li></ol></nav>
<div class="head"><div><h1>Trusted CA certificate</h1><p class="muted">Certificates of Exchange and domain controllers are trusted when one of these issued them.</p></div></div>
<div class="stack">
<?cs call:summary() ?><?cs if:P.deleted ?><?cs call:saved("Deleted") ?><?cs else ?><?cs call:saved("Saved") ?><?cs /if ?><?cs if:P.same ?><section class="note ok" aria-labelledby="sm"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="sm">Already trusted</h2><p>All certificates in it were in the list before.</p></div></section>
<?cs /if ?><section class="card flush" aria-labelledby="cl"><h2 class="sr" id="cl">Trusted certificates</h2>
<?cs if:subcount(P.list) > #0 ?><div class="scroll" role="group" aria-labelledby="cl" tabindex="0"><table class="cards" role="table" aria-labelledby="cl">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Issued to</th><th role="columnheader" scope="col">Valid until</th><th role="columnheader" scope="col">SHA-256 fingerprint</th><th role="columnheader" scope="col">Added</th><?cs if:P.can_write ?><th role="columnheader" scope="col"><span class="sr">Change</span></th><?cs /if ?></tr></thead>
<tbody role="rowgroup"><?cs each:c = P.list ?>
<tr role="row"><th role="rowheader" scope="row" class="any"><?cs var:c.subject ?><?cs if:c.issuer ?><span class="sub any">Issued by <?cs var:c.issuer ?></span><?cs /if ?><?cs if:subcount(c.used) > #0 ?><span class="sub any">Vouches for <?cs each:u = c.used ?><?cs if:!first(u) ?>, <?cs /if ?><?cs var:u.host ?><?cs /each ?></span><?cs /if ?></th><td role="cell" class="nw num" data-th="Valid until"><span><?cs if:c.over ?><span class="st err"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>Ended</span><br><?cs elif:c.soon ?><span class="st warn"><svg class="ic" aria-hidden="true"><use href="#i-warn"/></svg>Ends soon</span><br><?cs /if ?><?cs var:c.until ?><?cs if:c.days ?><span class="sub"><?cs var:c.days ?> <?cs if:c.days == "1" ?>day<?cs else ?>days<?cs /if ?> left</span><?cs /if ?></span></td><td role="cell" class="any" data-th="SHA-256"><code><?cs var:c.fingerprint ?></code></td><td role="cell" class="num" data-th="Added"><span><span class="nw"><?cs var:c.added ?></span><span class="sub any"><?cs var:c.by ?></span></span></td><?cs if:P.can_write ?><td role="cell"><a class="lk err" href="/ca-certificates/delete?sha256=<?cs var:c.sha256 ?>">Delete<span class="sr"> <?cs var:c.subject ?></span>…</a></td><?cs /if ?></tr><?cs /each ?>
</tbody></table></div>
<?cs else ?><p class="none">A certificate stands here as soon as you add the CA that issued those of your Exchange and your domain controllers.</p><?cs /if ?></section>
<?cs if:subcount(P.missing) > #0 ?><section class="stack" aria-labelledby="missing"><h2 id="missing">Missing issuers</h2>
<p class="muted">Servers showed chains that end in these, and nobody trusts them here. Trust one only when its fingerprint is the one that the CA publishes.</p><?cs each:c = P.missing ?>
<form method="post" action="/ca-certificates" class="card" aria-labelledby="m<?cs var:c.id ?>i"><?cs call:csrf() ?><input type="hidden" name="pem" value="<?cs var:c.pem ?>">
<h3 class="any" id="m<?cs var:c.id ?>i"><?cs var:c.subject ?></h3>
<dl class="kv"><dt>Sent by</dt><dd class="any"><?cs each:u = c.hosts ?><?cs if:!first(u) ?>, <?cs /if ?><?cs var:u.host ?><?cs /each ?></dd><dt>Last seen</dt><dd class="num"><?cs var:c.last ?></dd><dt>SHA-256</dt><dd class="any"><code><?cs var:c.fingerprint ?></code></dd></dl>
<?cs if:P.can_write ?><div class="acts row"><button class="btn">Look at it<span class="sr">: <?cs var:c.subject ?></span></button></div><?cs /if ?></form><?cs /each ?></section>
<?cs /if ?><?cs if:P.can_write ?><form method="post" action="/ca-certificates" class="card" aria-labelledby="ad" novalidate><?cs call:csrf() ?><h2 id="ad">Add a CA certificate</h2>
<div class="f up<?cs if:P.f.pem.error ?> bad-f<?cs /if ?>"><label class="lab" for="pem">Certificate</label>
<div><textarea class="in mono" id="pem" name="pem" rows="8" dir="ltr" spellcheck="false" autocomplete="off"<?cs if:P.f.pem.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("pem") ?>>
<?cs var:P.f.pem.value ?></textarea>
<?cs call:error_of("pem") ?><p class="help" id="pem-h">In PEM form, one or more. Each is shown with its fingerprint before it is taken.</p></div></div>
<div class="acts row"><button class="btn go">Look at it</button></div></form>
<form method="post" action="/ca-certificates/system" class="card" aria-labelledby="sc"><?cs call:csrf() ?><h2 id="sc">CA certificates of this host</h2>
<fieldset class="f" aria-describedby="use_system_ca-h"><legend><span class="lab"><?cs var:S.set.system.use_system_ca.label ?></span></legend>
<div><label class="ch"><input type="radio" name="use_system_ca" id="use_system_ca" value="yes"<?cs if:P.system ?> checked<?cs /if ?>>Yes</label><label class="ch"><input type="radio" name="use_system_ca" value="no"<?cs if:!P.system ?> checked<?cs /if ?>>No</label>
<p class="help" id="use_system_ca-h"><?cs var:S.set.system.use_system_ca.help ?></p></div></fieldset>
<div class="acts row"><button class="btn">Save</button></div></form>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
