<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li aria-current="page">Cisco Conferencing Services Configuration</li></ol></nav>
<div class="head"><div><h1>Cisco Conferencing Services Configuration</h1><p class="muted">What a keyword can book a meeting with.</p></div></div>
<div class="stack">
<section class="note run" aria-labelledby="ny"><svg class="ic" aria-hidden="true"><use href="#i-info"/></svg><div><h2 id="ny">A series is booked as a whole</h2><p>A keyword books with a service where its action says so, or a word behind it: <code>:tms</code>, <code>:onetime</code> or <code>:space</code>, such as <code>@meet:tms</code>. One meeting of a series that is moved, renamed or cancelled is so at the service too. Cisco TMS books at most 100 meetings of a series, which must have an end; Webex one day a month or year. Where a series does not fit, it gets no join details and the user's page says why.</p></div></section>
<?cs if:P.deleted ?><?cs call:saved("Deleted") ?><?cs else ?><?cs call:saved("Saved") ?><?cs /if ?><section class="card flush" aria-labelledby="sl"><h2 class="sr" id="sl">Conferencing services</h2>
<?cs if:P.any ?><div class="scroll" role="group" aria-labelledby="sl" tabindex="0"><table class="cards" role="table" aria-labelledby="sl">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Display Name</th><th role="columnheader" scope="col">Type</th><th role="columnheader" scope="col">Server</th><th role="columnheader" scope="col">Changed</th></tr></thead>
<tbody role="rowgroup"><?cs each:x = P.list ?>
<tr role="row"><th role="rowheader" scope="row"><a class="any" href="/conferencing/edit?id=<?cs var:x.id ?>"><?cs var:x.name ?></a></th><td role="cell" data-th="Type"><span><?cs var:x.type ?></span></td><td role="cell" class="any" data-th="Server"><span><?cs if:x.host ?><?cs var:x.host ?><?cs else ?>None<?cs /if ?></span></td><td role="cell" class="nw num" data-th="Changed"><span><?cs var:x.changed ?></span></td></tr><?cs /each ?>
</tbody></table></div>
<?cs else ?><div class="none"><p>A service stands here as soon as you add one below. Until then a keyword can only lead to a Personal Room.</p></div><?cs /if ?></section>
<?cs if:P.can_write ?><section aria-labelledby="nw"><h2 id="nw">New service</h2>
<div class="grid"><?cs each:t = P.types ?><article class="card" aria-labelledby="t-<?cs var:t.type ?>"><h3 id="t-<?cs var:t.type ?>"><?cs var:t.label ?></h3><p><?cs var:t.help ?></p><p class="acts"><a class="btn" href="/conferencing/edit?type=<?cs var:t.type ?>">New<span class="sr"> <?cs var:t.label ?></span></a></p></article><?cs /each ?></div></section>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
