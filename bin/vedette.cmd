@echo off
if not exist "%~dp0..\node_modules\.vedette-setup" node "%~dp0..\scripts\setup.mjs" || exit /b 1
if not defined NODE_COMPILE_CACHE set NODE_COMPILE_CACHE=%~dp0..\node_modules\.cache\vedette
"%~dp0..\node_modules\node\bin\node.exe" "%~dp0..\src\cli\index.ts" %*
