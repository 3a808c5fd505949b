<?cs if:P.report.word ?><section class="card flush" aria-labelledby="rh">
<div class="row"><h2 id="rh">Steps</h2><span class="push"><?cs call:state(P.report) ?></span></div>
<p class="sm muted pad any" role="status"><?cs if:P.running ?>Now: <?cs var:P.report.now ?><?cs else ?>Started <?cs var:P.report.start ?>, took <?cs var:P.report.took ?><?cs /if ?></p>
<ol class="rep"><?cs each:s = P.report.steps ?>
<li><details id="s<?cs var:s.id ?>"<?cs if:s.open ?> open<?cs /if ?>><summary><svg class="ic tw flip" aria-hidden="true"><use href="#i-chev"/></svg><span class="st <?cs var:s.cls ?>"><?cs call:icon(s.icon) ?></span><span class="any"><?cs var:s.title ?></span><span class="sm nw"><b class="<?cs var:s.cls ?>"><?cs var:s.word ?></b></span></summary>
<div class="in-step"><?cs if:s.failed ?><h3><?cs var:s.failed ?></h3><p class="any"><?cs var:s.what ?></p><?cs elif:s.failure ?><h3 class="any"><?cs var:s.what ?></h3><?cs else ?><p class="any"><?cs var:s.what ?></p><?cs /if ?><?cs if:s.todo ?><p class="any"><?cs var:s.todo ?></p><?cs /if ?><?cs if:s.issuer ?><p><a class="btn" href="/ca-certificates#missing">Look at the missing issuer</a></p><?cs /if ?><?cs if:subcount(s.evidence) > #0 ?><dl class="kv"><?cs each:k = s.evidence ?><dt><?cs var:k.key ?></dt><dd><code><?cs var:k.value ?></code></dd><?cs /each ?></dl><?cs /if ?><?cs if:s.failure ?><dl class="kv"><dt>Failure</dt><dd><code><?cs var:s.failure ?></code></dd></dl><?cs /if ?></div></details></li><?cs /each ?>
</ol></section>
<?cs /if ?>
