"""问卷: a resident's own opinion, asked one question a page; the menu it offers; what comes out."""
