<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/workspaces">Workspaces</a></li><li class="any"><a href="/workspaces/edit?id=<?cs var:P.id ?>"><?cs var:P.name ?></a></li><li aria-current="page">Test</li></ol></nav>
<div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>>
<div class="head"><div><h1 class="any" id="result" tabindex="-1"><?cs if:P.running ?>Testing <?cs var:P.name ?><?cs elif:P.report.failed ?>Test of <?cs var:P.name ?> failed<?cs elif:P.report.passed ?>Test of <?cs var:P.name ?> passed<?cs else ?>Test of <?cs var:P.name ?><?cs /if ?></h1>
<p class="muted any">The device of <?cs var:P.mailbox ?> at <code><?cs var:P.host ?></code>. Nothing is changed on it.</p></div></div>
<div class="stack wide">
<?cs if:P.trouble ?><section class="note err" aria-labelledby="tr"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="tr">There is no report of this test</h2><p class="any"><?cs var:P.trouble ?></p></div></section>
<?cs /if ?><?cs include:"report_steps.cs" ?><?cs if:P.can_write ?><form method="post" action="/workspaces/test" class="acts row" aria-label="What to do with this test"><?cs call:csrf() ?><input type="hidden" name="job" value="<?cs var:P.job ?>"><input type="hidden" name="id" value="<?cs var:P.id ?>"><?cs if:P.running ?><button class="btn" name="do" value="cancel">Cancel test</button><?cs else ?><a class="btn" href="/workspaces/edit?id=<?cs var:P.id ?>">Change the settings</a><button class="btn" name="do" value="again">Test again</button><?cs /if ?></form>
<?cs /if ?></div>
</div>
<?cs include:"foot.cs" ?>
