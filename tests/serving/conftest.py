from tests.serving.processes import place as place
