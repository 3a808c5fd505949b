</main>
<footer class="foot">
<?cs if:P.user ?><span class="any"><?cs var:P.user ?>, <?cs var:P.role ?></span>
<?cs /if ?><span class="any">System name <?cs var:S.system ?></span>
<span>Local time <?cs var:P.now ?></span>
<span>Version <?cs var:S.version ?></span>
</footer>
</div>
</body>
</html>
