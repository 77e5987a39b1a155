import vrkn

outcome = vrkn.train(
    "Pendulum-v1",
    out="runs/pendulum",
    preset="small-vector",
    action_repeat=2,
)
run = vrkn.load(outcome.path)
print(vrkn.evaluate(run, episodes=10).mean)
