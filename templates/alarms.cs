<?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li aria-current="page">Alarms</li></ol></nav>
<div class="head"><div><h1>Alarms</h1><p class="muted">What is wrong now. An alarm goes by itself when its cause is gone.</p></div></div>
<div class="stack" id="live">
<section class="card flush" aria-labelledby="al"><h2 class="sr" id="al">List of alarms</h2>
<?cs if:subcount(P.alarms) > #0 ?><?cs include:"alarm_rows.cs" ?><?cs else ?><p class="none"><span class="st ok"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg>No alarm</span> New ones appear here and on the Overview.</p><?cs /if ?>
</section>
</div>
<?cs include:"foot.cs" ?>
