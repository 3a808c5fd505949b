<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Maintenance</li><li>Security</li><li><a href="/ca-certificates">Trusted CA certificate</a></li><li aria-current="page">Add</li></ol></nav>
<div class="head"><div><h1><?cs var:P.title ?></h1><p class="muted">Nothing was stored yet. Compare each fingerprint with the one that your CA publishes.</p></div></div>
<div class="stack wide">
<form method="post" action="/ca-certificates/add" class="stack" aria-label="<?cs var:P.title ?>"><?cs call:csrf() ?><input type="hidden" name="pem" value="<?cs var:P.f.pem.value ?>"><?cs each:c = P.list ?>
<section class="card" aria-labelledby="c<?cs var:c.id ?>"><h2 class="any" id="c<?cs var:c.id ?>"><?cs var:c.subject ?></h2>
<p class="st <?cs if:c.is_good ?>ok<?cs elif:c.verdict == "expired" ?>err<?cs elif:c.verdict == "there" ?><?cs else ?>warn<?cs /if ?>"><svg class="ic" aria-hidden="true"><use href="#i-<?cs if:c.is_good ?>ok<?cs elif:c.verdict == "expired" ?>err<?cs elif:c.verdict == "there" ?>info<?cs else ?>warn<?cs /if ?>"/></svg><span><?cs var:c.why ?></span></p>
<dl class="kv"><dt>Issued by</dt><dd class="any"><?cs if:c.issuer ?><?cs var:c.issuer ?><?cs else ?>Itself<?cs /if ?></dd><dt>Valid until</dt><dd class="num"><?cs var:c.until ?><?cs if:c.days ?>, <?cs var:c.days ?> days left<?cs /if ?></dd><dt>SHA-256</dt><dd class="any"><code><?cs var:c.fingerprint ?></code></dd></dl><?cs if:c.can_take ?>
<p><label class="ch"><input type="checkbox" name="take-<?cs var:c.id ?>" value="<?cs var:c.sha256 ?>"<?cs if:c.is_good ?> checked<?cs /if ?>>Trust <?cs var:c.subject ?></label></p><?cs /if ?></section><?cs /each ?>
<div class="acts row"><?cs if:P.can_take ?><button class="btn">Trust what is ticked</button><a class="lk" href="/ca-certificates">Cancel</a><?cs else ?><a class="btn" href="/ca-certificates">Back to the list</a><?cs /if ?></div>
</form>
</div>
<?cs include:"foot.cs" ?>
