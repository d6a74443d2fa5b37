# Two web servers, a key that may log in to them, and what there is to choose from.
terraform {
  required_providers {
    nereid = {
      source = "terraform.nereid.test/nereid/nereid"
    }
  }
}

# Where the API is and who signs: here by NEREID_URL, NEREID_ACCOUNT and NEREID_KEY_PATH.
provider "nereid" {}

variable "operator_key" {
  description = "Public key of whoever looks after the servers, one line of OpenSSH"
  type        = string
}

data "nereid_image" "base" {
  name        = "nereid-base"
  most_recent = true
}

data "nereid_network" "external" {
  name = "external"
}

data "nereid_package" "smallest" {
  memory = 64
}

resource "nereid_key" "operator" {
  name = "operator"
  key  = var.operator_key
}

resource "nereid_machine" "web" {
  count = 2

  name     = "web${count.index}"
  image    = data.nereid_image.base.id
  package  = data.nereid_package.smallest.name
  networks = [data.nereid_network.external.id]
  affinity = ["role!=~web"]

  tags = {
    role = "web"
  }

  metadata = {
    colour = count.index == 0 ? "blue" : "green"
  }

  user_script = <<-EOT
    #!/bin/sh
    mdata-get colour > /root/colour
  EOT

  # Whoever may log in is known at birth.
  depends_on = [nereid_key.operator]

  timeouts {
    create = "5m"
  }
}

data "nereid_machines" "running" {
  state      = "running"
  depends_on = [nereid_machine.web]
}

output "addresses" {
  value = { for machine in nereid_machine.web : machine.name => machine.primaryip }
}

output "running" {
  value = data.nereid_machines.running.ids
}
