(add-to-list 'dape-configs
             '(bootstep modes (python-mode python-ts-mode)
                        command "bootstep" command-args ("dap")
                        :type "bootstep" :request "launch" :machine "virt-1g"))
