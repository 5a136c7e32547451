local dap = require('dap')
dap.adapters.bootstep = { type = 'executable', command = 'bootstep', args = { 'dap' } }
-- of a server that is there already: { type = 'server', host = '127.0.0.1', port = 4711 }
dap.configurations.python = dap.configurations.python or {}
table.insert(dap.configurations.python, {
  name = 'bootstep: arm64, 1 GiB',
  type = 'bootstep',
  request = 'launch',
  machine = 'virt-1g',
  stopOnEntry = true,
})
vim.keymap.set('n', '<F5>', dap.continue)
vim.keymap.set('n', '<F10>', dap.step_over)
vim.keymap.set('n', '<S-F10>', dap.step_back)
vim.keymap.set('n', '<S-F5>', dap.reverse_continue)
