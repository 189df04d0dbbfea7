print("hessian")
