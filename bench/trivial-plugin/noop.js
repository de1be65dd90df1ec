'use strict';
module.exports = async () => ({ success: true });
