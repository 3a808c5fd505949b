<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li><a href="/connector-proxy">Connector Proxy</a></li><li aria-current="page">Clear</li></ol></nav>
<div class="head"><div><h1>Have no proxy any more?</h1></div></div>
<div class="stack wide">
<form method="post" action="/connector-proxy/delete" class="card" aria-label="Have no proxy any more"><?cs call:csrf() ?>
<dl class="kv"><dt>Address</dt><dd><code><?cs var:P.host ?></code></dd><dt>Port</dt><dd class="num"><?cs var:P.port ?></dd></dl>
<p><?cs if:P.records == "0" ?>No Exchange record uses it.<?cs elif:P.records == "1" ?>1 Exchange record says that it needs a proxy: it reaches no server until it is changed or another proxy is set.<?cs else ?><?cs var:P.records ?> Exchange records say that they need a proxy: they reach no server until they are changed or another proxy is set.<?cs /if ?> The stored password is deleted with it.</p>
<div class="acts row"><button class="btn danger">Clear the proxy</button><a class="lk" href="/connector-proxy">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
