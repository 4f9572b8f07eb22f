"""The engines' doors: one file an engine, and alone it knows that engine."""
