"""From a report to its attributions, and from attributions to statements at the sides' doors."""
