<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li><a href="/alarms">Alarms</a></li><li><a href="/alarm-delivery">Delivery</a></li><li aria-current="page">Test message</li></ol></nav>
<div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>>
<div class="head"><div><h1 class="any" id="result" tabindex="-1"><?cs if:P.running ?>Sending a test message<?cs elif:P.report.failed ?>The test message was not taken<?cs elif:P.report.passed ?>The test message was taken<?cs else ?>Test message<?cs /if ?></h1>
<p class="muted any">By <?cs var:P.heading ?>, with what is stored.</p></div></div>
<div class="stack wide">
<?cs if:P.trouble ?><section class="note err" aria-labelledby="tr"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="tr">Nothing is known of this message</h2><p class="any"><?cs var:P.trouble ?></p></div></section>
<?cs /if ?><?cs include:"report_steps.cs" ?><?cs if:P.can_write ?><form method="post" action="/alarm-delivery/test" class="acts row" aria-label="What to do with this test"><?cs call:csrf() ?><input type="hidden" name="job" value="<?cs var:P.job ?>"><input type="hidden" name="channel" value="<?cs var:P.channel ?>"><?cs if:P.running ?><button class="btn" name="do" value="cancel">Cancel</button><?cs else ?><a class="btn" href="/alarm-delivery/edit?channel=<?cs var:P.channel ?>">Change the settings</a><button class="btn" name="do" value="again">Send again</button><?cs /if ?></form>
<?cs /if ?></div>
</div>
<?cs include:"foot.cs" ?>
