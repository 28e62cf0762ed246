"""The commands, one module each: read arguments, call, print, give an exit code.

`start` is the process, `app` builds the command that is asked for and says what went wrong, and
`commands` is the table of them. What commands share stands beside them: options and how their
values are read, where and how to write, problems and what is asked for by name, tables, talk.
Nothing is calculated here, and a command's module is imported when it is asked for.
"""
