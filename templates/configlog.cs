<?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li aria-current="page">Configuration Log</li></ol></nav>
<div class="head"><div><h1>Configuration Log</h1><p class="muted">Who changed what, newest first. Passwords appear as set or unset. Each row is chained to the one before it: <code class="nw">calconnctl audit verify</code> finds one that was altered.</p></div></div>
<div class="stack">
<section class="card flush" aria-labelledby="cl"><h2 class="sr" id="cl">Changes</h2>
<form method="get" action="/configuration-log" class="row tools" role="search"><label class="sr" for="q">Find changes that hold this text</label><input class="in grow" id="q" name="q" type="search" value="<?cs var:P.q ?>" placeholder="Item, value, administrator or address" spellcheck="false"><button class="btn">Find</button><?cs if:P.q ?><a class="lk" href="/configuration-log">Show all</a><?cs /if ?></form>
<?cs if:subcount(P.log) > #0 ?><div class="scroll" role="group" aria-labelledby="cl" tabindex="0"><table class="cards" role="table" aria-labelledby="cl">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="w1">Time</th><th role="columnheader" scope="col">By</th><th role="columnheader" scope="col">Item</th><th role="columnheader" scope="col">From</th><th role="columnheader" scope="col">To</th></tr></thead>
<tbody role="rowgroup"><?cs each:r = P.log ?>
<tr role="row"><td role="cell" class="nw num" data-th="Time"><span><?cs var:r.at ?></span></td><td role="cell" data-th="By"><span><?cs var:r.who ?><span class="sub nw"><?cs var:r.origin ?></span></span></td><td role="cell" class="any" data-th="Item"><span><?cs var:r.item ?></span></td><td role="cell" class="any half" data-th="From"><span><?cs var:r.old ?></span></td><td role="cell" class="any half" data-th="To"><span><?cs var:r.new ?></span></td></tr><?cs /each ?>
</tbody></table></div>
<nav class="row tools" aria-label="Pages of the log"><span class="sm muted num">Changes <?cs var:P.first ?> to <?cs var:P.last ?></span><span class="row push"><?cs if:P.has_prev ?><a class="btn" href="/configuration-log?from=<?cs var:P.prev ?>&amp;q=<?cs var:url_escape(P.q) ?>" rel="prev">Newer</a><?cs /if ?><?cs if:P.next ?><a class="btn" href="/configuration-log?from=<?cs var:P.next ?>&amp;q=<?cs var:url_escape(P.q) ?>" rel="next">Older</a><?cs /if ?></span></nav>
<?cs elif:P.q ?><p class="none">No change matches. <a href="/configuration-log">Show all</a></p><?cs else ?><p class="none">Nothing was changed yet.</p><?cs /if ?>
</section>
</div>
<?cs include:"foot.cs" ?>
