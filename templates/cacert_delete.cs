<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Maintenance</li><li>Security</li><li><a href="/ca-certificates">Trusted CA certificate</a></li><li aria-current="page">Delete</li></ol></nav>
<div class="head"><div><h1>Delete this certificate?</h1></div></div>
<div class="stack wide">
<form method="post" action="/ca-certificates/delete" class="card" aria-label="Delete this certificate"><?cs call:csrf() ?><input type="hidden" name="sha256" value="<?cs var:P.cert.sha256 ?>">
<dl class="kv"><dt>Issued to</dt><dd><?cs var:P.cert.subject ?></dd><dt>Valid until</dt><dd><?cs var:P.cert.until ?></dd><dt>SHA-256</dt><dd><code><?cs var:P.cert.fingerprint ?></code></dd></dl>
<?cs if:subcount(P.cert.used) > #0 ?><p class="any">It vouches for <?cs each:u = P.cert.used ?><?cs if:!first(u) ?>, <?cs /if ?><b><?cs var:u.host ?></b><?cs /each ?>.</p>
<?cs else ?><p>No server has shown a chain that ends in it.</p>
<?cs /if ?><p>Servers whose certificates it issued are no longer trusted. The connector stops talking to them; their users get no join details until it is added again.</p>
<div class="acts row"><button class="btn danger">Delete this certificate</button><a class="lk" href="/ca-certificates">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
